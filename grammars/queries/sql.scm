(comment) @line
(marginalia) @block

(create_function (object_reference) @name) @scope.function
