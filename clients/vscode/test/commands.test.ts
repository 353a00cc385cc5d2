// Tests of what the palette asks for before a command is sent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Asker, completeArguments, createdFile, describeStatus, ticketItems } from '../src/commands';

const place = { uri: 'file:///p/a.rs', position: { line: 3, character: 4 } };

function asker(answers: { text?: string | undefined; ticket?: string | undefined; here?: typeof place | undefined }): Asker {
  return { here: () => answers.here, text: async () => answers.text, ticket: async () => answers.ticket };
}

test('arguments that are given are sent as they are', async () => {
  assert.deepEqual(await completeArguments('docket.setStatus', [{ ticket: 'T-1' }], asker({})), [{ ticket: 'T-1' }]);
});

test('a command that needs none is sent with none', async () => {
  assert.deepEqual(await completeArguments('docket.status', [], asker({})), []);
});

test('a ticket is made from a title, or from the TODO at the cursor', async () => {
  assert.deepEqual(await completeArguments('docket.createTicket', [], asker({ text: ' Mend it ', here: place })), [
    { title: 'Mend it', uri: place.uri },
  ]);
  assert.deepEqual(await completeArguments('docket.createTicket', [], asker({ text: '', here: place })), [place]);
  assert.deepEqual(await completeArguments('docket.createTicket', [], asker({ text: 'Mend it' })), [{ title: 'Mend it' }]);
});

test('turning away sends nothing', async () => {
  for (const command of ['docket.createTicket', 'docket.linkTodo', 'docket.setStatus', 'docket.assign']) {
    assert.equal(await completeArguments(command, [], asker({ here: place })), undefined, command);
  }
  assert.equal(await completeArguments('docket.createTicket', [], asker({ text: '' })), undefined);
});

test('linking takes the cursor and a ticket', async () => {
  assert.deepEqual(await completeArguments('docket.linkTodo', [], asker({ ticket: 'T-7k3f', here: place })), [
    { ...place, ticket: 'T-7k3f' },
  ]);
  assert.equal(await completeArguments('docket.linkTodo', [], asker({ ticket: 'T-7k3f' })), undefined);
});

test('assigning to nobody means to oneself', async () => {
  assert.deepEqual(await completeArguments('docket.assign', [], asker({ ticket: 'T-7k3f', text: '' })), [{ ticket: 'T-7k3f' }]);
  assert.deepEqual(await completeArguments('docket.assign', [], asker({ ticket: 'T-7k3f', text: 'ana' })), [
    { ticket: 'T-7k3f', user: 'ana' },
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

test('tickets are listed by title; anything else gives an empty list', () => {
  assert.deepEqual(ticketItems('{"tickets": [{"id": "T-1", "title": "Mend it", "status": "todo"}]}'), [
    { label: 'Mend it', description: 'T-1 · todo', id: 'T-1' },
  ]);
  assert.deepEqual(ticketItems('{"error": {}}'), []);
  assert.deepEqual(ticketItems('oh no'), []);
});
