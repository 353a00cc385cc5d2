(comment) @line

(binary_operator lhs: (identifier) @name rhs: (function_definition)) @scope.function
