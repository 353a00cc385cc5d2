(line_comment) @line
(block_comment) @block

(class_declaration name: (_) @name) @scope.class
(object_declaration name: (_) @name) @scope.object
(function_declaration name: (_) @name) @scope.fun
