(line_comment) @line
(bracket_comment) @block

(function_def (function_command (argument_list . (argument) @name))) @scope.function
(macro_def (macro_command (argument_list . (argument) @name))) @scope.macro
