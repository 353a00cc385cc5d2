(line_comment) @line
(block_comment) @block

(source_file (string_literal) @docstring . [
  (function_definition) (macro_definition) (struct_definition) (abstract_definition)
  (module_definition) (const_statement) (assignment) (macrocall_expression) (identifier)
])
(module_definition (string_literal) @docstring . [
  (function_definition) (macro_definition) (struct_definition) (abstract_definition)
  (module_definition) (const_statement) (assignment) (macrocall_expression) (identifier)
])

(module_definition name: (_) @name) @scope.module
(function_definition (signature (call_expression . (_) @name))) @scope.function
(macro_definition (signature (call_expression . (_) @name))) @scope.macro
(struct_definition (type_head (_) @name)) @scope.struct
