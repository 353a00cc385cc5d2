(line_comment) @line
(block_comment) @block

(class_declaration name: (_) @name) @scope.class
(interface_declaration name: (_) @name) @scope.interface
(enum_declaration name: (_) @name) @scope.enum
(record_declaration name: (_) @name) @scope.record
(annotation_type_declaration name: (_) @name) @scope.interface
(method_declaration name: (_) @name) @scope
(constructor_declaration name: (_) @name) @scope
