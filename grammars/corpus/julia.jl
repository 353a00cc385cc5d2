#!/usr/bin/env julia
# TODO: yes julia line
#= TODO: yes julia block
   #= nested =# and on
=#
"""
    f(x)

TODO: yes julia docstring
"""
function f(x)
    s = "# TODO: no"
    t = """
    # TODO: no "quoted"
    """ # TODO: yes julia after a long string
    c = '#' # TODO: yes julia after a character
    d = '\'' # TODO: yes julia after an escaped quote
    e = x' # TODO: yes julia after a transposition
    g = A[1]' * B' # TODO: yes julia after two
    h = "a $(x + "# TODO: no") b" # TODO: yes julia after interpolation
    i = raw"\# TODO: no" # TODO: yes julia after raw
    j = `echo # TODO: no` # TODO: yes julia after a command
    k = :symbol # TODO: yes julia after a symbol
    l = r"#TODO: no"i # TODO: yes julia after a regex
    m = '"' # TODO: yes julia after a quote
    x
end
v = "not a docstring
TODO: no"
