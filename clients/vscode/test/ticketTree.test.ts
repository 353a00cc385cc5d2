// Tests of the tree of tickets: groups, filter, parents, and what dropping means.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attention, describeTicket, dropOnto, type Grouping, groupings, selectedWith, type TicketNode, ticketTree, type TreeNode } from '../src/ticketTree';
import { project, row } from './rows';

const tickets = [
  row({ id: 'T-1', assignees: ['ana', 'ben'], labels: ['ui'], milestone: 'v10', priority: 'high' }),
  row({ id: 'T-2', status: 'in-progress', kind: 'active', parent: 'T-1', milestone: 'v2' }),
  row({ id: 'T-3', parent: 't-2', labels: ['ui', 'lsp'] }),
  row({ id: 'T-4', status: 'done', kind: 'done', parent: 'T-1', troubles: 2 }),
];

function draw(nodes: readonly TreeNode[], indent = ''): string {
  return nodes.map(node => {
    const label = node.type === 'ticket' ? node.row.id + (node.dimmed ? ' (dim)' : '') : node.label;
    return `${indent}${label}\n${draw(node.children, `${indent}  `)}`;
  }).join('');
}

const tree = (grouping: Grouping, filter = '', closed: 'shown' | 'hidden' = 'hidden'): readonly TreeNode[] =>
  ticketTree([project(tickets)], { grouping, filter, closed });

const cases: readonly (readonly [Grouping, string, 'shown' | 'hidden', string])[] = [
  ['status', '', 'hidden', 'todo\n  T-1\n  T-3\nin-progress\n  T-2\n'],
  ['status', '', 'shown', 'todo\n  T-1\n  T-3\nin-progress\n  T-2\ndone\n  T-4\n'],
  ['milestone', '', 'hidden', 'v2\n  T-2\nv10\n  T-1\nNo milestone\n  T-3\n'],
  ['assignee', '', 'hidden', 'ana\n  T-1\nben\n  T-1\nNobody\n  T-2\n  T-3\n'],
  ['label', '', 'hidden', 'lsp\n  T-3\nui\n  T-1\n  T-3\nNo label\n  T-2\n'],
  ['parent', '', 'shown', 'T-1\n  T-2\n    T-3\n  T-4\n'],
  ['parent', '!lsp', 'hidden', 'T-1 (dim)\n  T-2 (dim)\n    T-3\n'],
  ['none', '@me', 'hidden', 'T-1\n'],
];

for (const [grouping, filter, closed, expected] of cases) {
  test(`tickets by ${grouping}, filter "${filter}", closed ones ${closed}`, () => {
    assert.equal(draw(tree(grouping, filter, closed)), expected);
  });
}

test('without any ticket there is nothing, not even groups, so that the view can say how to begin', () => {
  assert.deepEqual(ticketTree([project([])], { grouping: 'status', filter: '', closed: 'shown' }), []);
});

test('no two nodes have one id, or VS Code draws one of them', () => {
  for (const grouping of ['status', 'assignee', 'label', 'parent', 'none'] as const) {
    const ids: string[] = [];
    const collect = (nodes: readonly TreeNode[]): void => nodes.forEach(node => { ids.push(node.id); collect(node.children); });
    collect(tree(grouping, '', 'shown'));
    assert.equal(new Set(ids).size, ids.length, grouping);
  }
});

test('tickets that are each other\'s parents are there all the same', () => {
  const ring = [row({ id: 'T-1', parent: 'T-2' }), row({ id: 'T-2', parent: 'T-1' }), row({ id: 'T-3', parent: 'T-1' }), row({ id: 'T-4', parent: 'T-4' })];
  const drawn = draw(ticketTree([project(ring)], { grouping: 'parent', filter: '', closed: 'hidden' }));
  for (const { id } of ring) {
    assert.equal(drawn.split(id).length - 1, 1, drawn);
  }
});

test('several projects stand under their names, an empty one does not', () => {
  const all = [project([row({ id: 'T-1' })]), project([row({ id: 'T-2' })], { root: 'file:///q', name: 'q' }), project([], { root: 'file:///r', name: 'r' })];
  assert.equal(draw(ticketTree(all, { grouping: 'none', filter: '', closed: 'hidden' })), 'p\n  T-1\nq\n  T-2\n');
});

function find(nodes: readonly TreeNode[], label: string): TreeNode | undefined {
  for (const node of nodes) {
    const found = (node.type === 'ticket' ? node.row.id : node.label) === label ? node : find(node.children, label);
    if (found) {
      return found;
    }
  }
  return undefined;
}

function drop(grouping: Grouping, dragged: string, target: string | undefined, within?: string): unknown {
  const nodes = tree(grouping, '', 'shown');
  const group = within === undefined ? undefined : find(nodes, within);
  const node = find(group ? group.children : nodes, dragged) as TicketNode;
  const result = dropOnto(grouping, target === undefined ? undefined : find(nodes, target), [node]);
  return typeof result === 'string' ? result : result[0]?.fields;
}

test('dropping on a group gives what the group has in common', () => {
  assert.deepEqual(drop('status', 'T-1', 'in-progress'), { status: 'in-progress' });
  assert.deepEqual(drop('status', 'T-1', 'T-2'), { status: 'in-progress' }, 'onto a ticket of the group');
  assert.deepEqual(drop('milestone', 'T-1', 'v2'), { milestone: 'v2' });
  assert.deepEqual(drop('milestone', 'T-1', 'No milestone'), { milestone: '' });
  assert.deepEqual(drop('assignee', 'T-1', 'Nobody', 'ben'), { assignees: 'ana' });
  assert.deepEqual(drop('assignee', 'T-2', 'ben', 'Nobody'), { assignees: 'ben' });
  assert.deepEqual(drop('label', 'T-1', 'lsp', 'ui'), { labels: 'lsp' });
});

test('dropping where a ticket is already changes nothing', () => {
  assert.equal(drop('status', 'T-1', 'todo'), undefined);
  assert.equal(drop('none', 'T-2', 'T-3'), undefined);
  assert.equal(drop('status', 'T-1', undefined), undefined);
  assert.equal(drop('parent', 'T-2', 'T-1'), undefined);
  assert.equal(drop('parent', 'T-1', 'T-1'), undefined);
});

test('dropping beside a ticket of the same group gives the priority of that place', () => {
  assert.deepEqual(drop('status', 'T-3', 'T-1'), { priority: 'high' });
  assert.deepEqual(drop('none', 'T-1', 'T-2'), { priority: '' });
  assert.deepEqual(drop('milestone', 'T-2', 'T-1'), { milestone: 'v10' }, 'another group counts first');
});

test('dropping onto a ticket puts one below it, beside all takes it out, below itself it does not go', () => {
  assert.deepEqual(drop('parent', 'T-4', 'T-2'), { parent: 'T-2' });
  assert.deepEqual(drop('parent', 'T-3', undefined), { parent: '' });
  assert.equal(drop('parent', 'T-1', 'T-3'), 'T-3 is below T-1 already.');
});

test('a ticket does not move to another project', () => {
  const [one, other] = ticketTree([project([row({ id: 'T-1' })]), project([row({ id: 'T-2' })], { root: 'file:///q' })], { grouping: 'none', filter: '', closed: 'hidden' });
  const [dragged] = one?.children ?? [];
  assert.equal(dropOnto('none', other, [dragged as TicketNode]), 'A ticket does not move to another project.');
});

test('a command is for the selected tickets, each once, or for the one whose menu it is', () => {
  const groups = tree('label', '', 'shown');
  const within = (group: string, id: string): TicketNode => find(find(groups, group)?.children ?? [], id) as TicketNode;
  const ids = (node: TicketNode, selection?: readonly TreeNode[]): string => selectedWith(node, selection).map(it => it.row.id).join(' ');
  const [first, third, again] = [within('ui', 'T-1'), within('ui', 'T-3'), within('lsp', 'T-3')];
  assert.equal(ids(first), 'T-1');
  assert.equal(ids(third, [first, third, again, ...groups]), 'T-3 T-1');
  assert.equal(ids(first, [third, again]), 'T-1', 'it is not selected itself');
});

test('the badge counts tickets with findings, the description tells what matters', () => {
  assert.equal(attention([project(tickets)]), 1);
  assert.equal(describeTicket(row({ id: 'T-1', assignees: ['ana'], due: '2026-12-01', waitsFor: ['T-2'], criteria: { done: 1, total: 3 } })),
    'T-1 · @ana · due 2026-12-01 · waits for T-2 · 1/3');
});

/** How many tickets are below nodes; a long line of them is no deep recursion here either. */
function count(nodes: readonly TreeNode[]): number {
  const open = [...nodes];
  let n = 0;
  for (let at = open.pop(); at; at = open.pop()) {
    n += at.type === 'ticket' ? 1 : 0;
    at.children.forEach(child => open.push(child));
  }
  return n;
}

// what is not linear or goes too deep does not get through these
for (const grouping of groupings) {
  test(`a tree of 5,000 tickets by ${grouping} has them all`, () => {
    const many = Array.from({ length: 5000 }, (_, at) =>
      row({ id: `T-${at}`, parent: at > 0 ? `T-${Math.floor(at / 10)}` : null, labels: [`l${at % 2}`], assignees: ['ana'], milestone: 'v1' }));
    assert.equal(count(ticketTree([project(many)], { grouping, filter: '', closed: 'hidden' })), 5000);
  });

  test(`5,000 tickets each below the one before are all there by ${grouping}`, () => {
    const line = Array.from({ length: 5000 }, (_, at) => row({ id: `T-${at}`, parent: at > 0 ? `T-${at - 1}` : null }));
    // from either end
    for (const tickets of [line, [...line].reverse()]) {
      assert.equal(count(ticketTree([project(tickets)], { grouping, filter: '', closed: 'hidden' })), 5000);
    }
  });
}

test('a ticket does not go below the last of 5,000 that are below it', () => {
  const line = Array.from({ length: 5000 }, (_, at) => row({ id: `T-${at}`, parent: at > 0 ? `T-${at - 1}` : null }));
  const [first] = ticketTree([project(line)], { grouping: 'parent', filter: '', closed: 'hidden' });
  let last = first;
  while (last?.children[0]) {
    last = last.children[0];
  }
  assert.equal(dropOnto('parent', last, [first as TicketNode]), 'T-4999 is below T-0 already.');
});
