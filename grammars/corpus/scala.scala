#!/usr/bin/env scala
// TODO: yes scala line
/* TODO: yes scala block /* nested */ on */
package a

/** Doc.
  * TODO: yes scala doc
  */
object Main {
  val s = "// TODO: no"
  val t = """raw // TODO: no
    /* TODO: no */ \"""" // TODO: yes scala after a raw string
  val c = '"' // TODO: yes scala after a quote
  val d = '\'' // TODO: yes scala after an escaped quote
  val e = 'symbol // TODO: yes scala after a symbol
  val f = s"a $b ${c + "// TODO: no"} /* TODO: no */" // TODO: yes scala after interpolation
  val g = s"""a ${
    // TODO: yes scala in a hole
    1
  } // TODO: no
  """
  def `// TODO: no`(x: Int) = x /* TODO: yes scala in code */ + 1
  val u = "\\" // TODO: yes scala after a backslash
  def h[F[_]](x: F[Int]): Int = 1 // TODO: yes scala after brackets
}
