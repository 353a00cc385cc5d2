// Package p. TODO: yes, a line
package p

/* TODO: yes, a block
   that goes on */
const a = "// TODO: no" // TODO: yes, after a string
const b = `// TODO: no
\` // TODO: yes, a backslash is nothing in a raw string
var c = '"' // TODO: yes, after a rune
var d = '\'' // TODO: yes, after an escaped one
var e = "a \" // TODO: no" /* TODO: yes */
var f = '`' // TODO: yes, after a backtick
var g = 1 / 2 // TODO: yes

// TODO: yes, a body
//   that goes on
func h[T any](x chan<- T) { x <- *new(T) /* TODO: yes */ }
