// Tests of the injected grammars with VS Code's own engine: which scope each word gets.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type * as Oniguruma from 'vscode-oniguruma';
import type * as Textmate from 'vscode-textmate';

const load = createRequire(`${process.cwd()}/`);
const oniguruma = load('vscode-oniguruma') as typeof Oniguruma;
const textmate = load('vscode-textmate') as typeof Textmate;

/** A language with line comments and strings, and a Markdown with front matter: as much of them as the injections see. */
const hosts: Readonly<Record<string, object>> = {
  'source.host': {
    scopeName: 'source.host',
    patterns: [{ name: 'comment.line', begin: '//', end: '$' }, { name: 'string.quoted', begin: '"', end: '"' }],
  },
  'text.html.markdown': {
    scopeName: 'text.html.markdown',
    patterns: [
      { begin: '\\A---$', end: '^---$', contentName: 'meta.embedded.block.frontmatter', patterns: [{ name: 'comment.line', match: '#.*$' }] },
      { name: 'markup.inline.raw.string', match: '`[^`]*`' },
    ],
  },
};
const injections: Readonly<Record<string, string>> = {
  'docket.todo.injection': 'todo', 'docket.ticket.injection': 'ticket', 'docket.frontmatter.injection': 'frontmatter',
};

const registry = (async () => {
  const wasm = readFileSync(load.resolve('vscode-oniguruma/release/onig.wasm'));
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
  return new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns: string[]) => new oniguruma.OnigScanner(patterns), createOnigString: (text: string) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async scope => {
      const file = injections[scope];
      const text = file ? readFileSync(`syntaxes/${file}.json`, 'utf8') : JSON.stringify(hosts[scope]);
      return textmate.parseRawGrammar(text, 'grammar.json');
    },
    getInjections: scope => scope === 'source.host' ? ['docket.todo.injection'] : ['docket.ticket.injection', 'docket.frontmatter.injection'],
  });
})();

/** Words that got a scope of docket's, as `word:scope`. */
async function marked(scope: string, text: string): Promise<string[]> {
  const grammar = await (await registry).loadGrammar(scope);
  assert.ok(grammar);
  let stack = textmate.INITIAL;
  return text.split('\n').flatMap(line => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    return tokens.flatMap(token => {
      const own = token.scopes.filter(it => it.endsWith('.docket') && !it.startsWith('meta.')).at(-1);
      return own === undefined ? [] : [`${line.slice(token.startIndex, token.endIndex)}:${own.replace(/\.docket$/, '').split('.').slice(-1).join()}`];
    });
  });
}

const source: readonly (readonly [string, readonly string[]])[] = [
  ['x // TODO(T-7k3f): read T-9x2m', ['TODO:todo', 'T-7k3f:ticket', 'T-9x2m:ticket']],
  ['// FIXME!!(@ana, acme/app#12, !ui)[2026-12-31, serde>=2]: go', ['FIXME:todo', '!!:urgency', '@ana:user', 'acme/app#12:issue', '!ui:label',
    '2026-12-31:date', 'serde:package', '>=:comparison', '2:version']],
  ['// HACK [>=2.0.0]: later (see below)', ['HACK:todo', '>=:comparison', '2.0.0:version']],
  ['// TODO: plain, and UTF-8, ISO-8859', []],
  ['"TODO(T-7k3f)" // MYTODO(T-7k3f)', ['T-7k3f:ticket']],
];
for (const [line, expected] of source) {
  test(`grammar: ${line}`, async () => assert.deepEqual(await marked('source.host', line), expected));
}

test('grammar: a ticket\'s front matter and text', async () => {
  const ticket = '---\nid: T-7k3f\nstatus: in-progress\ndue: 2026-12-01\nparent: T-2b7q # T-9x2m\ntitle: status: no\n---\nSee [[T-9x2m]] and `T-7k3f`.';
  assert.deepEqual(await marked('text.html.markdown', ticket), [
    'T-7k3f:ticket', 'in-progress:value', '2026-12-01:date', 'T-2b7q:ticket', '[[:link', 'T-9x2m:ticket', ']]:link',
  ]);
});
