// Tests of what becomes of an issue's address where it is pasted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inFrontMatter, ownRepository, type PastePlace, pasted } from '../src/issueAddress';

const issue = 'https://github.com/acme/app/issues/42';
const cases: readonly (readonly [string, string, PastePlace['into'], string | undefined, string | undefined])[] = [
  [issue, 'github: ', 'front matter', 'Acme/app', '42'],
  [`${issue}#issuecomment-1`, 'github:', 'front matter', 'acme/app', '42'],
  // the number of another repository's issue would be read as one of ours
  [issue, 'github: ', 'front matter', 'acme/other', undefined],
  [issue, 'github: ', 'front matter', undefined, undefined],
  [issue, 'title: ', 'front matter', 'acme/app', undefined],
  ['https://github.com/acme/app/pull/7 ', '// TODO(', 'source', undefined, 'acme/app#7'],
  [issue, '// TODO(', 'source', 'acme/app', '#42'],
  [issue, '# FIXME!(@ana, ', 'source', 'acme/other', 'acme/app#42'],
  [issue, ' * OPTIMIZE(', 'source', undefined, 'acme/app#42'],
  [issue, '-- LATER(', 'source', undefined, 'acme/app#42'],
  [issue, '  TODO(', 'source', undefined, 'acme/app#42'],
  [issue, '// see ', 'source', 'acme/app', undefined],
  [issue, '// TODO(T-1): see ', 'source', 'acme/app', undefined],
  [issue, 'LOG("see ', 'source', 'acme/app', undefined],
  [issue, 'LOG(', 'source', 'acme/app', undefined],
  [issue, '// LOG(', 'source', 'acme/app', undefined],
  [issue, '// TODO("see ', 'source', 'acme/app', undefined],
  [issue, 'let it = TODO(', 'source', 'acme/app', undefined],
  [issue, '// MYTODO(', 'source', 'acme/app', undefined],
  ['https://example.org/acme/app/issues/42', '// TODO(', 'source', 'acme/app', undefined],
  ['some text', 'github: ', 'front matter', 'acme/app', undefined],
];
for (const [text, before, into, own, expected] of cases) {
  test(`pasting ${text} after "${before}" in ${own ?? 'an unknown repository'} gives ${expected ?? 'what it is'}`, () =>
    assert.equal(pasted(text, { into, before, own, keywords: ['LATER', 'C++'] }), expected));
}

test('front matter is between the first two lines of dashes', () => {
  const lines = ['---', 'id: T-1', 'github: ', '---', 'github: ', '---', 'github: '];
  const within = (from: readonly string[]): number[] => from.map((_, at) => at).filter(at => inFrontMatter(it => from[it] ?? '', at));
  assert.deepEqual(within(lines), [1, 2, 3]);
  assert.deepEqual(within(['text', ...lines]), []);
});

const remote = (name: string, url: string): string => `[remote "${name}"]\n\turl = ${url}\n\tfetch = +refs/heads/*:refs/remotes/${name}/*\n`;
const repositories: readonly (readonly [string, string, string | undefined])[] = [
  ['', remote('origin', 'https://github.com/acme/app.git'), 'acme/app'],
  ['', remote('origin', 'git@github.com:acme/app.git'), 'acme/app'],
  ['', remote('origin', 'ssh://git@ssh.github.com:443/acme/app'), 'acme/app'],
  ['', remote('mine', 'https://github.com/ana/app') + remote('origin', 'https://github.com/acme/app'), 'acme/app'],
  ['', remote('upstream', 'https://github.com/acme/app/'), 'acme/app'],
  ['', remote('one', 'https://github.com/ana/app') + remote('two', 'https://github.com/acme/app'), undefined],
  ['', remote('origin', 'https://example.org/github.com/acme/app'), undefined],
  ['', '', undefined],
  ['[sync]\nmode = "manual"\nrepository = "acme/tickets"\n', remote('origin', 'https://github.com/acme/app'), 'acme/tickets'],
  ['[other]\nrepository = "acme/tickets"\n[sync]\nmode = "off"\n[more]\nrepository = "a/b"\n', remote('origin', 'https://github.com/acme/app'), 'acme/app'],
];
test('a project\'s repository is what [sync] names, else the remote', () => {
  for (const [toml, config, expected] of repositories) {
    assert.equal(ownRepository(toml, config), expected, `${toml}${config}`);
  }
});
