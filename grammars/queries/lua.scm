(comment) @comment

(function_declaration name: (_) @name) @scope.function
(assignment_statement
  (variable_list . name: (_) @name)
  (expression_list . value: (function_definition))) @scope.function
