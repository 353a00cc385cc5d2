# TODO: yes, a line
defmodule A do
  @moduledoc """
  TODO: yes, documentation
  """

  @doc "TODO: yes, on one line"
  @doc ~S"""
  TODO: yes, in a sigil #{not a hole}
  """
  @typedoc ~S(TODO: no, not looked for)
  def a, do: "# TODO: no" # TODO: yes, after a string
  @other """
  TODO: no, another attribute
  """
  def b, do: '# TODO: no' # TODO: yes, after a charlist
  def c, do: "#{d("# TODO: no")} # TODO: no" # TODO: yes, after a hole
  def e, do: ~s(# TODO: no) # TODO: yes, after a sigil
  def f, do: ~r/# TODO: no "/ # TODO: yes
  def g, do: ~w[# TODO: no] # TODO: yes
  def h, do: ?# # TODO: yes, after a character
  def i, do: ?" # TODO: yes
  def j, do: ?\\ # TODO: yes
  def k?(l), do: l # TODO: yes, after a question mark
  def m, do: """
  # TODO: no
  """ # TODO: yes, after a heredoc
  def n, do: ~S"""
  # TODO: no
  """
  # TODO: yes, a body
  #   that goes on
end
