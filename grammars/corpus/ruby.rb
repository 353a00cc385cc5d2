#!/usr/bin/env ruby
# TODO: yes, a line
a = "# TODO: no" # TODO: yes, after a string
b = '# TODO: no' # TODO: yes
c = "#{a # TODO: yes, in a hole
} # TODO: no"
d = "a #{"b # TODO: no"} # TODO: no" # TODO: yes, after a string in a hole
e = %w[# TODO: no] # TODO: yes, after a list of words
f = %q(a (b) # TODO: no) # TODO: yes, after nested parentheses
g = %(# TODO: no) # TODO: yes
h = <<~EOS # TODO: yes, on the line of a heredoc
  # TODO: no
  #{a}
EOS
i = [<<-'A', <<"B"] # TODO: yes, two heredocs
  # TODO: no
  A
# TODO: no
B
j = /# TODO: no/ # TODO: yes, after a regex
k = a / 2 # TODO: yes, after a division
l = x.split /,/ # TODO: yes, after a regex as an argument
m = ?# # TODO: yes, after a character
n = a ? "b" : 'c' # TODO: yes, after a choice
o = :"# TODO: no" # TODO: yes, after a symbol
p = `ls # TODO: no` # TODO: yes, after a command
q = $' # TODO: yes, after a special variable
r = a << b # TODO: yes, after a shift
class << self # TODO: yes, after a singleton class
  def s? = true # TODO: yes
end
t = 10 % 3 # TODO: yes, after a remainder
u = /[\/"']#{a}/ # TODO: yes, after a class
v = %r{# TODO: no}x # TODO: yes
w = "several
# TODO: no
lines" # TODO: yes, after lines
x = foo(/'/, "TODO: no") # TODO: yes
return if y =~ /"/ # TODO: yes

=begin
TODO: yes, a block
=end
# TODO: yes, a body
#   that goes on
__END__
# TODO: no
