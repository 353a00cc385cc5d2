// Tests of the quick filter.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { row } from '../../vscode/test/rows';
import { parseFilter, passes } from '../src/filter';

const tickets = [
  row({ id: 'T-1111', title: 'Parse bodies', assignees: ['ana'], labels: ['lsp'], priority: 'high', type: 'bug', milestone: 'v1 beta' }),
  row({ id: 'T-2222', title: 'Draw the board', status: 'review', kind: 'active', assignees: ['ben'], overdue: true, parent: 'T-1111' }),
  row({ id: 'T-3333', title: 'Old bodies', status: 'done', kind: 'done', waitsFor: ['T-1111'], troubles: 1 }),
];

const cases: readonly (readonly [string, string])[] = [
  ['', '1111 2222 3333'],
  ['bodies', '1111 3333'],
  ['BODIES parse', '1111'],
  ['t-22', '2222'],
  ['-bodies', '2222'],
  ['@ben', '2222'],
  ['@me', '1111'],
  ['@none', '3333'],
  ['!lsp', '1111'],
  ['-!lsp', '2222 3333'],
  ['status:review', '2222'],
  ['status:done', '3333'],
  ['status:active', '2222'],
  ['priority:high', '1111'],
  ['priority:none', '2222 3333'],
  ['type:bug', '1111'],
  ['milestone:"v1 beta"', '1111'],
  ['parent:t-1111', '2222'],
  ['assignee:@ana', '1111'],
  ['is:overdue', '2222'],
  ['is:blocked', '3333'],
  ['is:ready', '1111'],
  ['is:trouble', '3333'],
  ['is:mine', '1111'],
  ['-is:mine is:open', ''],
  ['status:', '1111 2222 3333'],
  ['-', '1111 2222 3333'],
  ['"draw the"', '2222'],
];

for (const [typed, ids] of cases) {
  test(`filter: ${typed || 'nothing'}`, () => {
    const filter = parseFilter(typed);
    const found = tickets.filter(it => passes(filter, it, 'ana')).map(it => it.id.slice(2));
    assert.equal(found.join(' '), ids);
  });
}

test('a word with a colon that means nothing is text, and is named', () => {
  const filter = parseFilter('lsp:draw is:odd');
  assert.deepEqual(filter.unknown, ['lsp:draw', 'is:odd']);
  assert.equal(tickets.some(it => passes(filter, it, null)), false);
});

test('nobody is me where nobody said who that is', () => {
  assert.equal(tickets.some(it => passes(parseFilter('@me'), it, null)), false);
});
