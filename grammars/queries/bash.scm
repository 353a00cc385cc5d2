(comment) @line

(function_definition name: (_) @name) @scope.function
