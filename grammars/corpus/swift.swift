// TODO: yes, a line
/* TODO: yes, a block /* nested */ TODO: yes, after the nested one */
/// TODO: yes, documentation
let a = "// TODO: no" // TODO: yes, after a string
let b = "\(c("// TODO: no")) // TODO: no" // TODO: yes, after a hole
let d = """
  // TODO: no " ""
  """ // TODO: yes, after lines
let e = #"\ " // TODO: no"# // TODO: yes, after a raw string
let f = ##"a "# // TODO: no"## // TODO: yes
let g = #"""
// TODO: no " \
"""# // TODO: yes
#if DEBUG // TODO: yes, after a directive
#endif
let h = 4 / 2 // TODO: yes, after a division
let i = #/[/"]+/# // TODO: yes, after a regex
let j = try /["']x/.firstMatch(in: k) // TODO: yes, after a bare regex
let l = a! / b // TODO: yes
// TODO: yes, a body
//   that goes on
