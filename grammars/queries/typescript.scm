[(comment) (html_comment)] @comment

(function_declaration name: (_) @name) @scope.function
(function_signature name: (_) @name) @scope.function
(generator_function_declaration name: (_) @name) @scope.function
(function_expression name: (_) @name) @scope.function
(class_declaration name: (_) @name) @scope.class
(abstract_class_declaration name: (_) @name) @scope.class
(class name: (_) @name) @scope.class
(interface_declaration name: (_) @name) @scope.interface
(enum_declaration name: (_) @name) @scope.enum
(type_alias_declaration name: (_) @name) @scope.type
(internal_module name: (_) @name) @scope.namespace
(module name: (_) @name) @scope.module
(method_definition name: (_) @name) @scope
(abstract_method_signature name: (_) @name) @scope
(variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression)]) @scope.const
(public_field_definition name: (_) @name value: [(arrow_function) (function_expression)]) @scope
(pair key: (_) @name value: [(arrow_function) (function_expression)]) @scope
(call_expression
  function: [(identifier) (member_expression)] @_call
  arguments: (arguments . (string (string_fragment) @name) [(arrow_function) (function_expression)])
  (#match? @_call "^(describe|context|suite|it|test)(\\.\\w+)?$")) @scope.test
