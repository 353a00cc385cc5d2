# TODO: yes makefile line
CC = gcc # TODO: yes makefile after a variable
HASH = \# TODO: no
all: a.o # TODO: yes makefile after a rule
	@echo "# TODO: no"
	@echo '# TODO: no'
	@true # TODO: yes makefile in a recipe
	# TODO: yes makefile recipe line
ifdef X
  # TODO: yes makefile indented
endif
#TODO: yes makefile without blanks
