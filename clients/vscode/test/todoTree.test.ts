// Tests of the tree of TODOs and of going from one to the next.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needsHistory, nextTodo, type TodoOptions, todoAttention, todoTree, type TodoTreeNode } from '../src/todoTree';
import { todo, todoProject } from './rows';

const todos = [
  todo({ line: 1, text: 'read it', people: ['ben'], trouble: true }),
  todo({ line: 9, keyword: 'PERF', text: '', ticket: 'T-1', title: 'Parse', people: ['ana'], mine: true, references: ['T-1', '#12'], due: '2026-12-01' }),
  todo({ path: 'b.rs', line: 2, keyword: 'FIXME', ticket: 'T-2', text: 'mend' }),
  todo({ path: 'b.rs', line: 3, keyword: 'WISH' }),
];

function draw(nodes: readonly TodoTreeNode[], indent = ''): string {
  return nodes.map(node => {
    const description = 'description' in node && node.description !== '' ? ` [${node.description}]` : '';
    return `${indent}${node.label}${description}\n${'children' in node ? draw(node.children, `${indent}  `) : ''}`;
  }).join('');
}

const tree = (options: Partial<TodoOptions> = {}): string => draw(todoTree([todoProject(todos)], { grouping: 'file', whose: 'all', filter: '', today: '2026-11-27', ...options }));

test('TODOs by file', () => {
  assert.equal(tree(), [
    'b.rs', '  mend [line 3 · T-2]', '  mend it [line 4]',
    'a.rs [src]', '  read it [line 2]', '  PERF [line 10 · T-1 · #12 · due 2026-12-01]', '',
  ].join('\n'));
});

test('TODOs by keyword, in the order of the configuration', () => {
  assert.equal(tree({ grouping: 'keyword' }).split('\n').filter(it => !it.startsWith(' ')).join(' '), 'TODO FIXME PERF WISH ');
});

test('TODOs by ticket, with its title, those without one last', () => {
  assert.equal(tree({ grouping: 'ticket' }).split('\n').filter(it => !it.startsWith(' ')).join('|'), 'T-1 [Parse]|T-2 [no such ticket]|No ticket|');
});

test('TODOs by person, mine alone, and by words', () => {
  assert.equal(tree({ grouping: 'person', whose: 'mine' }), '@ana\n  PERF [src/a.rs:10 · T-1 · #12 · due 2026-12-01]\n');
  assert.equal(tree({ filter: 'PARSE perf' }), 'a.rs [src]\n  PERF [line 10 · T-1 · #12 · due 2026-12-01]\n');
  assert.equal(tree({ filter: 'nowhere' }), '');
});

test('TODOs by age, those that no commit has first', () => {
  const aged = [
    todo({ line: 1, text: 'old', since: '2020-01-01' }), todo({ line: 2, text: 'fresh', since: '2026-11-27', new: true }),
    todo({ line: 3, text: 'of the month', since: '2026-11-01', new: false }), todo({ line: 4, text: 'just typed', new: true }),
    todo({ line: 5, text: 'of tomorrow, by a clock that is wrong', since: '2026-11-28' }),
  ];
  const options: TodoOptions = { grouping: 'age', whose: 'all', filter: '', today: '2026-11-27' };
  assert.equal(draw(todoTree([todoProject(aged)], options)), [
    'Not committed', '  just typed [src/a.rs:5]',
    'Today', '  fresh [src/a.rs:3 · since 2026-11-27]', '  of tomorrow, by a clock that is wrong [src/a.rs:6 · since 2026-11-28]',
    'Last 30 days', '  of the month [src/a.rs:4 · since 2026-11-01]',
    'Older than a year', '  old [src/a.rs:2 · since 2020-01-01]', '',
  ].join('\n'));
  assert.equal(draw(todoTree([todoProject(aged)], { ...options, grouping: 'file', whose: 'new' })), 'a.rs [src]\n  fresh [line 3]\n  just typed [line 5]\n');
});

test('git is asked only where the tree shows what it knows', () => {
  assert.equal(needsHistory({ grouping: 'file', whose: 'mine' }), false);
  assert.equal(needsHistory({ grouping: 'age', whose: 'all' }), true);
  assert.equal(needsHistory({ grouping: 'file', whose: 'new' }), true);
});

test('the badge counts TODOs at which a warning stands', () => {
  assert.equal(todoAttention([todoProject(todos)]), 1);
});

test('one goes to the next TODO and the one before, round at the ends', () => {
  const here = [todo({ line: 2 }), todo({ line: 5 }), todo({ line: 8 })];
  const go = (line: number, character: number, way: 'next' | 'previous'): number | undefined => nextTodo(here, { line, character }, way)?.range.start.line;
  assert.equal(go(0, 0, 'next'), 2);
  assert.equal(go(2, 0, 'next'), 2, 'it is to the right on the same line');
  assert.equal(go(2, 3, 'next'), 5, 'the cursor is on it');
  assert.equal(go(9, 0, 'next'), 2);
  assert.equal(go(5, 3, 'previous'), 2);
  assert.equal(go(2, 3, 'previous'), 8);
  assert.equal(nextTodo([], { line: 0, character: 0 }, 'next'), undefined);
});
