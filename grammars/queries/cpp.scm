(comment) @comment
(preproc_arg) @code

(namespace_definition name: (_) @name) @scope.namespace
(class_specifier name: (_) @name body: (_)) @scope.class
(struct_specifier name: (_) @name body: (_)) @scope.struct
(union_specifier name: (_) @name body: (_)) @scope.union
(enum_specifier name: (_) @name body: (_)) @scope.enum
(concept_definition name: (_) @name) @scope.concept
(function_definition declarator: [
  (function_declarator declarator: (_) @name)
  (pointer_declarator declarator: (function_declarator declarator: (_) @name))
  (reference_declarator (function_declarator declarator: (_) @name))
]) @scope
(preproc_function_def name: (_) @name) @scope.macro
