(comment) @line

(unary_operator
  operator: "@"
  operand: (call
    target: (identifier) @_attribute
    (arguments . [(string) (sigil)] @docstring .))
  (#any-of? @_attribute "moduledoc" "doc" "typedoc" "shortdoc"))

(call
  target: (identifier) @keyword
  (arguments . [(alias) (identifier)] @name)
  (#any-of? @keyword "defmodule" "defprotocol" "defimpl")) @scope
(call
  target: (identifier) @keyword
  (arguments . [
    (identifier) @name
    (call target: (identifier) @name)
    (binary_operator left: (call target: (identifier) @name) operator: "when")
    (binary_operator left: (identifier) @name operator: "when")
  ])
  (do_block)
  (#any-of? @keyword "def" "defp" "defmacro" "defmacrop" "defguard" "defdelegate")) @scope
(call
  target: (identifier) @keyword
  (arguments . (string (quoted_content) @name))
  (do_block)
  (#any-of? @keyword "describe" "test")) @scope
