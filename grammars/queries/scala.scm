(comment) @line
(block_comment) @block

(package_object name: (_) @name) @scope.object
(class_definition name: (_) @name) @scope.class
(object_definition name: (_) @name) @scope.object
(trait_definition name: (_) @name) @scope.trait
(enum_definition name: (_) @name) @scope.enum
(given_definition name: (_) @name) @scope.given
(function_definition name: (_) @name) @scope.def
