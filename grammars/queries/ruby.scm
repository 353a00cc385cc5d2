(comment) @comment

(module name: (_) @name) @scope.module
(class name: (_) @name) @scope.class
(method name: (_) @name) @scope.def
(singleton_method name: (_) @name) @scope.def
