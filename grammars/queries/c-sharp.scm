(comment) @comment

(namespace_declaration name: (_) @name) @scope.namespace
(class_declaration name: (_) @name) @scope.class
(struct_declaration name: (_) @name) @scope.struct
(record_declaration name: (_) @name) @scope.record
(interface_declaration name: (_) @name) @scope.interface
(enum_declaration name: (_) @name) @scope.enum
(method_declaration name: (_) @name) @scope
(constructor_declaration name: (_) @name) @scope
(property_declaration name: (_) @name) @scope
(local_function_statement name: (_) @name) @scope
