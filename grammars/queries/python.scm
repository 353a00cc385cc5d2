(comment) @line

(module . (comment)* . (expression_statement . (string) @docstring .))
(class_definition body: (block . (comment)* . (expression_statement . (string) @docstring .)))
(function_definition body: (block . (comment)* . (expression_statement . (string) @docstring .)))

(class_definition name: (_) @name) @scope.class
(function_definition name: (_) @name) @scope.def
