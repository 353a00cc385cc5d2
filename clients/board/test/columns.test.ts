// Tests of the board's columns and of what is drawn of a long one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { project, row } from '../../vscode/test/rows';
import { columns, moved, neighbour, spoken } from '../src/columns';
import { inSight, scrollTo } from '../src/window';

const tickets = [
  row({ id: 'T-1', priority: 'low' }), row({ id: 'T-2', priority: 'critical' }), row({ id: 'T-3', due: '2026-12-01' }), row({ id: 'T-4' }),
  row({ id: 'T-5', status: 'done', kind: 'done' }),
  row({ id: 'T-6', status: 'odd', kind: 'open' }),
];
const statuses = [...project([]).statuses, { name: 'odd', kind: 'open' as const, known: false }];
const board = project(tickets, { statuses });
const shape = (closed: 'shown' | 'hidden', filter = ''): string =>
  columns(board, filter, closed).map(it => `${it.status.name}: ${it.tickets.map(row => row.id).join(' ')}`).join('\n');

test('columns stand in the order of the statuses, tickets in that of urgency', () => {
  assert.equal(shape('hidden'), 'todo: T-2 T-3 T-4 T-1\nin-progress: \nodd: T-6');
  assert.equal(shape('shown'), 'todo: T-2 T-3 T-4 T-1\nin-progress: \ndone: T-5\nodd: T-6');
});

test('a filter leaves the columns, and says how many there are', () => {
  assert.equal(shape('hidden', 'priority:low'), 'todo: T-1\nin-progress: \nodd: ');
  assert.equal(columns(board, 'priority:low', 'hidden')[0]?.total, 4);
});

test('a moved ticket is in its new column at once, and no longer late when it is done', () => {
  const late = project([row({ id: 'T-1', overdue: true })]);
  const [after] = moved(late, late.tickets[0]?.path ?? '', 'done').tickets;
  assert.deepEqual([after?.status, after?.kind, after?.overdue], ['done', 'done', false]);
  assert.equal(moved(late, late.tickets[0]?.path ?? '', 'nowhere'), late);
});

test('a ticket moves over a column that nothing can be moved to', () => {
  const all = columns(board, '', 'shown');
  assert.equal(neighbour(all, 'todo', 1), 'in-progress');
  assert.equal(neighbour(all, 'todo', -1), undefined);
  assert.equal(neighbour(all, 'done', 1), undefined);
  assert.equal(neighbour(all, 'odd', -1), 'done');
});

test('what is heard of a card is what is seen of it', () => {
  const card = row({ id: 'T-1', title: 'Parse', priority: 'high', assignees: ['ana'], due: '2026-11-01', overdue: true, waitsFor: ['T-2'], criteria: { done: 1, total: 2 }, troubles: 1 });
  assert.equal(spoken(card), 'T-1, Parse, todo, high priority, assigned to ana, overdue since 2026-11-01, waits for T-2, 1 of 2 criteria met, 1 finding');
});

test('of a long column only what is in sight is drawn', () => {
  assert.deepEqual(inSight(5000, 96, 0, 700), { first: 0, end: 12 });
  assert.deepEqual(inSight(5000, 96, 96 * 2500, 700), { first: 2496, end: 2512 });
  assert.deepEqual(inSight(5000, 96, 96 * 4999, 700), { first: 4995, end: 5000 });
  assert.deepEqual(inSight(3, 96, 96 * 400, 700), { first: 0, end: 3 });
  assert.deepEqual(inSight(0, 96, 0, 700), { first: 0, end: 0 });
  assert.deepEqual(inSight(10, 0, 0, 700), { first: 0, end: 0 });
});

test('a card is scrolled to only as far as it must be', () => {
  assert.equal(scrollTo(3, 100, 0, 700), undefined);
  assert.equal(scrollTo(9, 100, 0, 700), 300);
  assert.equal(scrollTo(2, 100, 500, 700), 200);
});
