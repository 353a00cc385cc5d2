(comment) @line

(function_declaration name: (_) @name) @scope.fn
(test_declaration [(identifier) (string)] @name) @scope.test
(variable_declaration (identifier) @name
  [(struct_declaration) (enum_declaration) (union_declaration) (opaque_declaration)]) @scope.const
