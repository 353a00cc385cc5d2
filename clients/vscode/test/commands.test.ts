// Tests of what the palette asks for before a command is sent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Asker, askField, askStatus, comparison, completeArguments, createdFile, describeAnswer, describeStatus, forEachChosen, joinedDiscussion } from '../src/commands';
import type { TicketCard } from '../src/protocol';
import { project, row } from './rows';

const place = { uri: 'file:///p/a.rs', position: { line: 3, character: 4 } };
const root = 'file:///p';

interface Answers {
  readonly texts?: string[];
  readonly choices?: (string | undefined)[];
  readonly ticket?: string;
  readonly here?: typeof place;
  readonly card?: Partial<TicketCard>;
  readonly discussions?: readonly { label: string; value: string }[];
}

/** Answers in their order; what was asked is in `asked`. */
function asker({ texts = [], choices = [], ticket, here, card, discussions = [] }: Answers, asked: string[] = []): Asker {
  const tickets = [row({ id: 'T-7k3f', status: 'todo', milestone: 'v1', labels: ['a', 'b'] }), row({ id: 'T-9x2m' })];
  return {
    here: () => here,
    text: async (prompt, before = '') => { asked.push(`${prompt} [${before}]`); return texts.shift(); },
    choose: async (prompt, items) => { asked.push(`${prompt} ${items.map(it => it.value).join(' ')}`); return choices.shift(); },
    ticket: async () => {
      const found = tickets.find(it => it.id === ticket);
      return found && { row: found, project: project(tickets) };
    },
    card: async () => card as TicketCard | undefined,
    project: async () => root,
    discussions: async () => discussions,
  };
}

test('arguments that are given are sent as they are', async () => {
  assert.deepEqual(await completeArguments('docket.setStatus', [{ ticket: 'T-1' }], asker({})), [{ ticket: 'T-1' }]);
});

test('a discussion that waits can be gone on with, and is opened where the person joins it', async () => {
  const discussions = [{ label: '1 page', value: 'P-7k3f' }];
  const given = await completeArguments('docket.discuss', [], asker({ discussions, choices: ['P-7k3f'] }));
  assert.deepEqual(given, [{ topic: 'P-7k3f', uri: root }]);
  const other = asker({ discussions, choices: ['ticket', 'backend frontend'], ticket: 'T-9x2m', texts: [''] });
  assert.deepEqual(await completeArguments('docket.discuss', [], other), [{ topic: 'T-9x2m', root, roles: ['backend', 'frontend'] }]);
  const all = asker({ choices: [''], ticket: 'T-9x2m', texts: [' No cookies. '] });
  assert.deepEqual(await completeArguments('docket.discuss', [], all), [{ topic: 'T-9x2m', root, says: 'No cookies.' }]);
  assert.equal(await completeArguments('docket.discuss', [], asker({ discussions, choices: [undefined] })), undefined);
  const proposal = { id: 'P-7k3f', discussion: '## API' };
  assert.deepEqual(joinedDiscussion({ join: true, proposal, root }), { row: proposal, root });
  assert.equal(joinedDiscussion({ proposal, root }), undefined);
});

test('a command that needs none is sent with none', async () => {
  assert.deepEqual(await completeArguments('docket.status', [], asker({})), []);
});

test('a ticket is made from a title, or from the TODO at the cursor', async () => {
  assert.deepEqual(await completeArguments('docket.createTicket', [], asker({ texts: [' Mend it '], here: place })), [
    { title: 'Mend it', uri: place.uri },
  ]);
  assert.deepEqual(await completeArguments('docket.createTicket', [], asker({ texts: [''], here: place })), [place]);
  assert.deepEqual(await completeArguments('docket.createTicket', [], asker({ texts: ['Mend it'] })), [{ title: 'Mend it' }]);
});

test('turning away sends nothing', async () => {
  for (const command of ['docket.renumber', 'docket.resolveConflict', 'docket.start', 'docket.pullRequest', 'docket.showConflict', 'docket.showTodos', 'docket.showCriteria']) {
    assert.equal(await completeArguments(command, [], asker({ here: place })), undefined, command);
  }
  for (const command of ['docket.createTicket', 'docket.linkTodo', 'docket.setStatus', 'docket.assign', 'docket.set', 'docket.toggleCriterion']) {
    assert.equal(await completeArguments(command, [], asker({ here: place })), undefined, command);
    assert.equal(await completeArguments(command, [], asker({ here: place, ticket: 'T-9x2m' })) === undefined, command !== 'docket.linkTodo', command);
  }
  assert.equal(await completeArguments('docket.createTicket', [], asker({ texts: [''] })), undefined);
});

test('an answer with two sides is something to compare', () => {
  const both = { title: 'T-7k3f title', mine: 'docket://p/mine.md', theirs: 'docket://p/theirs.md' };
  assert.deepEqual(comparison({ schema: 1, ...both }), both);
  assert.equal(comparison({ schema: 1, title: 'x', mine: 'y' }), undefined);
  assert.equal(comparison(undefined), undefined);
});

test('linking takes the cursor and a ticket', async () => {
  assert.deepEqual(await completeArguments('docket.linkTodo', [], asker({ ticket: 'T-7k3f', here: place })), [
    { ...place, ticket: 'T-7k3f' },
  ]);
  assert.equal(await completeArguments('docket.linkTodo', [], asker({ ticket: 'T-7k3f' })), undefined);
});

test('assigning to nobody means to oneself', async () => {
  assert.deepEqual(await completeArguments('docket.assign', [], asker({ ticket: 'T-7k3f', texts: [''] })), [{ ticket: 'T-7k3f', root }]);
  assert.deepEqual(await completeArguments('docket.assign', [], asker({ ticket: 'T-7k3f', texts: ['ana'] })), [
    { ticket: 'T-7k3f', root, user: 'ana' },
  ]);
});

test('a status is chosen among those that it can get', async () => {
  const asked: string[] = [];
  assert.deepEqual(await completeArguments('docket.setStatus', [], asker({ ticket: 'T-7k3f', choices: ['done'] }, asked)), [
    { ticket: 'T-7k3f', root, status: 'done' },
  ]);
  assert.deepEqual(asked, ['T-7k3f is todo. What now? in-progress done']);
});

test('a field is asked for with what it holds', async () => {
  const asked: string[] = [];
  assert.deepEqual(await completeArguments('docket.set', [], asker({ ticket: 'T-7k3f', choices: ['labels'], texts: ['a, c'] }, asked)), [
    { ticket: 'T-7k3f', root, fields: { labels: 'a, c' } },
  ]);
  assert.equal(asked[1], 'labels of T-7k3f; empty takes it away [a, b]');
  assert.deepEqual(await completeArguments('docket.set', [], asker({ ticket: 'T-7k3f', choices: ['priority', ''] })), [
    { ticket: 'T-7k3f', root, fields: { priority: '' } },
  ]);
});

test('a milestone is one of those that there are, or another', async () => {
  const asked: string[] = [];
  assert.deepEqual(await completeArguments('docket.set', [], asker({ ticket: 'T-9x2m', choices: ['milestone', '+'], texts: ['v2'] }, asked)), [
    { ticket: 'T-9x2m', root, fields: { milestone: 'v2' } },
  ]);
  assert.equal(asked[1], 'Milestone of T-9x2m v1 + ');
});

test('a ticket is not its own parent', async () => {
  const asked: string[] = [];
  await completeArguments('docket.set', [], asker({ ticket: 'T-9x2m', choices: ['parent'] }, asked));
  assert.equal(asked[1], 'Parent of T-9x2m  T-7k3f');
});

test('a criterion is turned to the other side', async () => {
  const criteria = [{ done: true, text: 'one', line: 9 }, { done: false, text: 'two', line: 10 }];
  assert.deepEqual(await completeArguments('docket.toggleCriterion', [], asker({ ticket: 'T-7k3f', choices: ['1'], card: { criteria } })), [
    { ticket: 'T-7k3f', root, criterion: 1, done: true },
  ]);
});

test('the one file that was made is shown, several are not', () => {
  assert.equal(createdFile({ created: ['file:///p/.docs/tickets/T-1.md'] }), 'file:///p/.docs/tickets/T-1.md');
  assert.equal(createdFile({ created: ['a', 'b'] }), undefined);
  assert.equal(createdFile(null), undefined);
});

test('the status has a line for each project', () => {
  const projects = [{ root: '/p', tickets: 2, todos: 5, files: 9, complete: false }];
  assert.deepEqual(describeStatus({ projects }), ['/p: 2 tickets, 5 TODOs in 9 files so far']);
  assert.deepEqual(describeStatus(undefined), []);
});

test('a command about a project names it', async () => {
  assert.deepEqual(await completeArguments('docket.sync', [], asker({})), [{ uri: root }]);
  assert.deepEqual(await completeArguments('docket.outbox', [], asker({})), [{ uri: root }]);
});

test('an import is counted first, or made', async () => {
  assert.deepEqual(await completeArguments('docket.import', [], asker({ texts: [' backlog '], choices: ['plan'] })), [
    { uri: root, source: 'backlog', dryRun: true },
  ]);
  assert.deepEqual(await completeArguments('docket.import', [], asker({ texts: ['backlog'], choices: ['make'] })), [{ uri: root, source: 'backlog' }]);
  assert.equal(await completeArguments('docket.import', [], asker({ texts: [''] })), undefined);
  const tickets = [{ state: 'new' }, { state: 'known' }];
  assert.equal(describeAnswer('docket.import', { created: [], import: { tickets, skipped: [1] } }), 'Tickets: 1 to make, 1 imported before, 1 left out.');
  assert.equal(describeAnswer('docket.import', { created: ['x'], import: { tickets, skipped: [] } }), 'Tickets: 1 made, 1 imported before.');
});

test('a plan is counted first, or made', async () => {
  assert.deepEqual(await completeArguments('docket.plan', [], asker({ choices: ['brief', 'show'] })), [{ uri: root }]);
  assert.deepEqual(await completeArguments('docket.plan', [], asker({ choices: ['brief', 'make'] })), [{ uri: root, yes: true }]);
  assert.deepEqual(await completeArguments('docket.plan', [], asker({ choices: ['todos', 'show'] })), [{ uri: root, todos: [] }]);
  assert.deepEqual(await completeArguments('docket.plan', [], asker({ choices: ['ticket', 'make'], ticket: 'T-7k3f' })), [{ uri: root, ticket: 'T-7k3f', yes: true }]);
  assert.equal(await completeArguments('docket.plan', [], asker({ choices: ['ticket', 'make'] })), undefined);
  assert.equal(await completeArguments('docket.plan', [], asker({})), undefined);
  assert.equal(describeAnswer('docket.plan', { plan: { tickets: [1], done: true } }), 'Made: 1 tickets.');
});

test('a plan and what is out of line are told in a few words', () => {
  assert.equal(describeAnswer('docket.plan', { plan: { requirements: [1, 2], tickets: [1], questions: [], changed: [] } }), 'It comes to: 2 requirements, 1 tickets.');
  assert.equal(describeAnswer('docket.plan', {}), 'It comes to: nothing new.');
  assert.equal(describeAnswer('docket.align', { outdated: [] }), 'Everything is in line with what it was derived from.');
  const row = { of: 'T-7k3f', path: 'x.md', because: 'R-4k2p' };
  assert.equal(describeAnswer('docket.align', { outdated: [row, { ...row, of: null }] }), 'T-7k3f: R-4k2p has changed\nx.md: R-4k2p has changed');
});

test('an analysis is told in a few lines', () => {
  assert.equal(describeAnswer('docket.analyze', {}), 'Nothing that is worth a look.');
  const finding = { title: 'Make a.rs easier to change', detail: '9 commits' };
  assert.equal(describeAnswer('docket.analyze', { analysis: { findings: [finding], missing: ['hot spots'] } }),
    'Make a.rs easier to change: 9 commits\nNot looked at: hot spots');
});

test('a conflict is decided for one side, or for both', async () => {
  assert.deepEqual(await completeArguments('docket.resolveConflict', [], asker({ ticket: 'T-7k3f', choices: ['theirs'] })), [
    { uri: root, ticket: 'T-7k3f', take: 'theirs' },
  ]);
});

test('what cannot be seen is told in a line', () => {
  const sync = { pulled: [1, 2], pushed: [], created: [1], imported: [], conflicts: [1], left: [], troubles: ['odd'], offline: null };
  assert.equal(describeAnswer('docket.sync', sync), 'Synchronized: 2 pulled, 1 made, 1 in conflict.\nodd');
  assert.equal(describeAnswer('docket.sync', {}), 'Synchronized: nothing to do.');
  const pull = { number: 12, state: 'open', checks: { total: 6, passed: 5 } };
  assert.equal(describeAnswer('docket.pullRequest', { 'pull-request': pull }), 'Pull request #12 is open, 5 of 6 checks passed.');
  assert.equal(describeAnswer('docket.pullRequest', { 'pull-request': null }), undefined);
  assert.equal(describeAnswer('docket.outbox', { schema: 1, outbox: [1] }), '1 change waits to be sent.');
  assert.equal(describeAnswer('docket.outbox', { schema: 1, outbox: [] }), 'Nothing waits to be sent.');
  assert.equal(describeAnswer('docket.renumber', { renumbered: { given: [1], undecided: [1, 2] } }), '1 renumbered; 2 references may mean either, look at them.');
  assert.equal(describeAnswer('docket.setStatus', {}), undefined);
});

test('what is asked for several tickets is asked once and sent for each', async () => {
  const asked: string[] = [];
  const one = row({ id: 'T-1', status: 'todo' });
  const also = [{ row: row({ id: 'T-2', status: 'done' }), root }, { row: row({ id: 'T-3' }), root: 'file:///q' }];
  const chosen = { row: one, project: project([one, row({ id: 'T-2' }), row({ id: 'T-4' })]), also };
  const argument = await askStatus(asker({ choices: ['done'] }, asked), chosen);
  assert.deepEqual(forEachChosen(argument ?? {}, chosen), [
    { ticket: 'T-1', root, status: 'done' }, { ticket: 'T-2', root, status: 'done' }, { ticket: 'T-3', root: 'file:///q', status: 'done' },
  ]);
  await askField(asker({ choices: ['T-4'] }, asked), chosen, 'parent');
  assert.deepEqual(asked, ['Status of 3 tickets todo in-progress done', 'Parent of 3 tickets  T-4']);
});
