(line_comment) @line
(block_comment) @block

(mod_item name: (_) @name) @scope.mod
(function_item name: (_) @name) @scope.fn
(function_signature_item name: (_) @name) @scope.fn
(struct_item name: (_) @name) @scope.struct
(enum_item name: (_) @name) @scope.enum
(union_item name: (_) @name) @scope.union
(trait_item name: (_) @name) @scope.trait
(impl_item trait: (_)? @trait type: (_) @name) @scope.impl
(macro_definition name: (_) @name) @scope.macro

(const_item name: (_) @name) @declared.const
(static_item name: (_) @name) @declared.static
(type_item name: (_) @name) @declared.type
