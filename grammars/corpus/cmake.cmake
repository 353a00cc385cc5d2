# TODO: yes cmake line
set(A "# TODO: no") # TODO: yes cmake after code
#[[ TODO: yes cmake block
with a body ]]
#[==[ ]] still
TODO: yes cmake long block
]==]
set(B [[# TODO: no]])
set(C [=[
# TODO: no ]]
]=]) # TODO: yes cmake after a bracket
set(D "several
# TODO: no
\"lines\"") # TODO: yes cmake after several lines
message(STATUS a\#b) # TODO: yes cmake after an escape
message( #[[TODO: yes cmake in code]] "x")
