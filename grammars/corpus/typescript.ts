// TODO: yes, a line
type A<T> = T extends string ? "// TODO: no" : never; // TODO: yes, after a type
const a = <string>b; // TODO: yes, after an assertion
const c = b! / 2; // TODO: yes, after a non-null assertion
const d: Array<Array<number>> = []; // TODO: yes, after closing angles
const e = <T>(x: T) => x; // TODO: yes, after a generic arrow
const f = `${g<string>(`// TODO: no`)} // TODO: no`; // TODO: yes, after a template
const h = /[`'"]\/\/ TODO: no/u.test(a as string); // TODO: yes, after a regex
/* TODO: yes, a block
   that goes on */
enum I { J = 1 << 2, K = "/* TODO: no */" } // TODO: yes, after a shift
@Component({ template: `<p>// TODO: no</p>` }) // TODO: yes, after a decorator
class L { private readonly m?: string; /* TODO: yes */ n = '// TODO: no' }
type M = `${string} // TODO: no`; // TODO: yes, after a template type
