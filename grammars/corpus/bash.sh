#!/bin/bash
# TODO: yes, a line
a="# TODO: no" # TODO: yes, after a string
b='# TODO: no' # TODO: yes
c=$'it\'s # TODO: no' # TODO: yes, after an escaped apostrophe
d=${a#x} # TODO: yes, after an expansion
e=${#a} # TODO: yes, after a length
f=$# # TODO: yes, after the number of arguments
g=a#TODO:no # TODO: yes, after a word with a hash
h="$(ls "x # TODO: no" # TODO: yes, in a command
)" # TODO: yes, after it
cat <<EOF2 # TODO: yes, on the line of a heredoc
# TODO: no $(ls)
EOF2
cat <<-'END'
	# TODO: no
	END
cat <<"A"
# TODO: no
A
echo \# TODO: no
echo \" # TODO: yes, after an escaped quote
i=$((1 << 2)) # TODO: yes, after a shift
j=$((16#ff)) # TODO: yes, after a number with a base
cat <<< "# TODO: no" # TODO: yes, after a here string
if true; then # TODO: yes, after then
  (cd x;# TODO: yes, after a semicolon
  ls)
fi
k="several
# TODO: no
lines" # TODO: yes
case $a in
  "#"*) ;; # TODO: yes, in a case
  \#*) ;; # TODO: yes
esac
l=${a//\#/ } # TODO: yes, after a replacement
m="${b:-"x"}" # TODO: yes, after quotes in an expansion
# TODO: yes, a body
#   that goes on
