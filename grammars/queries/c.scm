(comment) @comment
(preproc_arg) @code

(function_definition declarator: [
  (function_declarator declarator: (_) @name)
  (pointer_declarator declarator: (function_declarator declarator: (_) @name))
]) @scope
(struct_specifier name: (_) @name body: (_)) @scope.struct
(union_specifier name: (_) @name body: (_)) @scope.union
(enum_specifier name: (_) @name body: (_)) @scope.enum
(preproc_function_def name: (_) @name) @scope.macro
