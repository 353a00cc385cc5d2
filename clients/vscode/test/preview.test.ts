// Tests of the preview's page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html, withBoxes } from '../src/previewPage';
import type { TicketCard } from '../src/protocol';
import { row, todo } from './rows';

const card: TicketCard = {
  root: 'file:///p', body: '', bodyLine: 4,
  ticket: row({ id: 'T-1', title: '<b>Parse</b> & "read"', criteria: { done: 1, total: 2 }, assignees: ['ana'] }),
  criteria: [{ done: true, text: 'one', line: 8 }, { done: false, text: 'two "2"', line: 9 }],
  todos: [todo({ line: 6, text: '<script>' })],
};

test('criteria become boxes that know their number, other tasks boxes that do nothing', () => {
  const rendered = '<ul>\n<li data-line="1" class="code-line">[ ] other</li>\n<li class="code-line" data-line="4" dir="auto">[x] one</li>\n'
    + '<li class="code-line" data-line="5"><p data-line="5">[ ] two</p></li></ul>';
  const page = withBoxes(card, rendered);
  assert.match(page, /<li class="task" data-line="1" class="code-line"><input type="checkbox" disabled  aria-label="task"> other/);
  assert.match(page, /<input type="checkbox" data-criterion="0" checked aria-label="one"> one/);
  assert.match(page, /<p data-line="5"><input type="checkbox" data-criterion="1"  aria-label="two &#34;2&#34;"> two/);
});

test('what a ticket says is text and no markup', () => {
  const page = withBoxes(card, '<p>text</p>');
  assert.match(page, /&#60;b&#62;Parse&#60;\/b&#62; &#38; &#34;read&#34;/);
  assert.ok(!page.includes('<script>'), page);
  assert.equal(html`<p title="${'"\'<'}">`, '<p title="&#34;&#39;&#60;">');
});

test('fields that a ticket has not are not there', () => {
  const page = withBoxes(card, '');
  assert.match(page, /<dt>assignees<\/dt><dd>@ana<\/dd>/);
  assert.ok(!page.includes('milestone'), page);
  assert.match(page, /1 of 2/);
});
