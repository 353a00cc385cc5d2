(comment) @comment

(function_declaration name: (_) @name) @scope.func
(method_declaration name: (_) @name) @scope.func
(type_spec name: (_) @name) @scope.type
