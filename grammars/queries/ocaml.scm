(comment) @block

(module_definition (module_binding (module_name) @name)) @scope.module
(value_definition (let_binding pattern: (value_name) @name)) @scope.let
(class_definition (class_binding name: (_) @name)) @scope.class
(method_definition name: (_) @name) @scope.method
