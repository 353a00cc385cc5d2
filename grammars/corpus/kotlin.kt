// TODO: yes, a line
/* TODO: yes, a block /* nested */ TODO: yes, after the nested one */
/** TODO: yes, documentation */
val a = "// TODO: no" // TODO: yes, after a string
val b = "${c("// TODO: no")} // TODO: no" // TODO: yes, after a hole
val d = """
  // TODO: no " "" \
  ${e /* TODO: yes, in a hole */}
""" // TODO: yes, after a raw string
val f = '"' // TODO: yes, after a character
val g = '\'' // TODO: yes
val `h // TODO: no` = 1 // TODO: yes, after a name in backticks
val i = "$j // TODO: no" // TODO: yes
val k = "a ${if (l) { "}" } else { "{" }} // TODO: no" // TODO: yes, after braces in a hole
// TODO: yes, a body
//   that goes on
