[(comment) (documentation_comment)] @comment
[(block_comment) (documentation_block_comment)] @block

(class_declaration name: (_) @name) @scope.class
(mixin_declaration name: (_) @name) @scope.mixin
(enum_declaration name: (_) @name) @scope.enum
(extension_declaration name: (_) @name) @scope.extension
