#!/usr/bin/env node
// TODO: yes, a line
/* TODO: yes, a block */
/** TODO: yes, documentation
 * that goes on
 */
const a = "// TODO: no"; // TODO: yes, after a string
const b = '/* TODO: no */'; /* TODO: yes */ const b2 = 'it\'s // TODO: no';
const c = `// TODO: no ${a /* TODO: yes, in a hole */} // TODO: no`; // TODO: yes, after a template
const d = `a ${`b ${"`// TODO: no"} // TODO: no`} // TODO: no`; // TODO: yes, after nested templates
const e = /\/\/ TODO: no/; // TODO: yes, after a regex
const f = /[/"'`]/.test(a); // TODO: yes, after a class with quotes
const g = a / 2; // TODO: yes, after a division
const h = (1 + 2) / 3; /* TODO: yes */ const h2 = "/ // TODO: no";
const i = x[1] / y[2]; // TODO: yes, after an index
if (a) /'"/.exec(b); // TODO: yes, after a regex without braces
while (next()) /`/.exec(b); // TODO: yes, and in a loop
const j = a++ / 2; // TODO: yes, after an increment
const k = b => /'/.test(b); // TODO: yes, after an arrow
function l() { return /"/; } // TODO: yes, after return
const m = typeof /'/; // TODO: yes, after typeof
const n = o.return / 2 /* TODO: yes */ / 3;
const p = `${{ a: "}" }.a}`; // TODO: yes, after braces in a hole
const q = [/'/, /"/g]; // TODO: yes, after regexes in a list
const r = `line
// TODO: no
`; // TODO: yes, after lines
const s = `\`// TODO: no \${`; // TODO: yes, after escapes
const t = a /* TODO: yes */ / b; const t2 = "/";
const u = /=/; // TODO: yes, after an equals sign
const v = "\
// TODO: no";
label: for (;;) { break label } // TODO: yes
const w = {}; // TODO: yes
/a'/.test(w); // TODO: yes, after a regex at a line's start
const x1 = 4 / 2 / 1; // TODO: yes
const html = <div className="a // TODO: no" /* TODO: yes, in a tag */ data={1 /* TODO: yes, in braces */}>
  it's // TODO: no
  {/* TODO: yes, a comment between elements */}
  {a ? <b>don't /* TODO: no */</b> : <i/>}
  <img src='x' /> http://example.com // TODO: no
  {list.map(it => <li key={it}>{it} // TODO: no</li>)}
</div>; // TODO: yes, after an element
const y = a < b; // TODO: yes, after a comparison
const z = (<>// TODO: no</>); // TODO: yes, after a fragment
// TODO: yes, a body
//   that goes on
