(comment) @line
(multiline_comment) @block

(class_declaration declaration_kind: _ @keyword name: (_) @name) @scope
(protocol_declaration name: (_) @name) @scope.protocol
(function_declaration name: (_) @name) @scope.func
