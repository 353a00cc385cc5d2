// TODO: yes, a line
import * as React from "react"; // TODO: yes, after an import
const id = <T,>(x: T): T => x; // TODO: yes, after a generic arrow
const id2 = <T extends object>(x: T) => x; // TODO: yes, after a bounded one
export function App({ a }: { a: string }) {
  const b = a.length < 3 && a.length > 1; // TODO: yes, after comparisons
  return (
    <Foo<string> bar="// TODO: no" baz={`// TODO: no`}>
      {/* TODO: yes, between elements */}
      don't // TODO: no
      <p>{a /* TODO: yes, in braces */} `// TODO: no</p>
      {b && <span style={{ color: "red" }}>"quoted /* TODO: no */</span>}
      <br /> /* TODO: no */
    </Foo>
  ); // TODO: yes, after an element
}
const c = a ? <A /> : <B x={() => { /* TODO: yes, in a function */ }} />; // TODO: yes, after a choice
