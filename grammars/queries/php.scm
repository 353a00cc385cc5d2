(comment) @comment

(namespace_definition name: (_) @name body: (_)) @scope.namespace
(class_declaration name: (_) @name) @scope.class
(interface_declaration name: (_) @name) @scope.interface
(trait_declaration name: (_) @name) @scope.trait
(enum_declaration name: (_) @name) @scope.enum
(function_definition name: (_) @name) @scope.function
(method_declaration name: (_) @name) @scope.function
