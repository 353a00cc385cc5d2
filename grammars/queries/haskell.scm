[(comment) (haddock)] @comment

(function name: (_) @name) @scope
(bind name: (_) @name) @scope
(class name: (_) @name) @scope.class
(instance name: (_) @name) @scope.instance
(data_type name: (_) @name) @scope.data
