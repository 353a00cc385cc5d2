// Tests of the form of a new ticket, and of pasting an issue's address.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { argument, objection, questions } from '../src/newTicketSteps';
import { project, row } from './rows';

const here = project([
  row({ id: 'T-1', labels: ['ui', 'lsp'], assignees: ['ben', 'ana'], milestone: 'v1', type: 'chore' }),
  row({ id: 'T-2', labels: ['lsp'], status: 'done', kind: 'done' }),
]);
const choices = (field: string): string | undefined => questions(here).find(it => it.field === field)?.choices.map(it => it.value).join(' ');

test('what can be chosen is what the project uses, most used first', () => {
  assert.equal(choices('labels'), 'lsp ui');
  assert.equal(choices('assignees'), 'ana ben', 'oneself first');
  assert.equal(choices('milestone'), 'v1');
  assert.equal(choices('type'), 'chore feature bug task');
  assert.equal(choices('parent'), 'T-1', 'what is done is no parent of something new');
});

test('a ticket without a title is refused at the question for it', () => {
  const [title, priority] = questions(here);
  assert.equal(title && objection(title, '  '), 'A ticket needs a title.');
  assert.equal(title && objection(title, 'Mend it'), undefined);
  assert.equal(priority && objection(priority, ''), undefined);
});

test('only what was answered is sent', () => {
  assert.deepEqual(argument(here, { title: ' Mend it ', status: 'todo', priority: '', labels: 'a, b' }), {
    title: 'Mend it', uri: 'file:///p', fields: { status: 'todo', labels: 'a, b' },
  });
});
