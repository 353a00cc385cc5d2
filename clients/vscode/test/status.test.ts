// Tests of what the status bar says, of starting again after a crash, and of which documents are docket's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff, explainStart } from '../src/backoff';
import { diagnosticPullOptions } from '../src/options';
import { statusEntry } from '../src/status';

test('a running server names its version and program', () => {
  const entry = statusEntry({ kind: 'running', version: '0.1.0', path: '/usr/bin/docket' });
  assert.equal(entry.warning, false);
  assert.match(entry.tooltip, /docket 0\.1\.0\n\n\/usr\/bin\/docket/);
});

test('a failure warns and keeps its reason', () => {
  const entry = statusEntry({ kind: 'failed', message: 'The docket program was not found.' });
  assert.equal(entry.warning, true);
  assert.match(entry.tooltip, /was not found/);
  assert.equal(entry.spoken, 'The docket program was not found.');
});

test('nothing in a message is a link or markup', () => {
  const { tooltip } = statusEntry({ kind: 'failed', message: '[x](command:evil) <b> `c`' });
  assert.match(tooltip, /^\\\[x\\\]\(command:evil\) \\<b\\> \\`c\\`\n/);
});

test('every state offers board, restart and log', () => {
  for (const state of [{ kind: 'starting' }, { kind: 'stopped' }, { kind: 'waiting', seconds: 1 }] as const) {
    assert.match(statusEntry(state).tooltip, /command:docket\.openBoard.*command:docket\.restart.*command:docket\.showLog/);
  }
});

test('a crash is forgiven, sooner at first, and not for ever', () => {
  const backoff = new Backoff();
  assert.deepEqual([0, 1, 2, 3, 4, 5].map(second => backoff.crashed(second * 1000)), [1, 2, 4, 8, 16, undefined]);
  assert.equal(backoff.crashed(301_500), 16, 'those of more than five minutes ago no longer count');
  backoff.forget();
  assert.equal(backoff.crashed(302_000), 1);
});

test('why a program does not start is said in words', () => {
  assert.match(explainStart('/x/docket', 'Pending response rejected since connection got disposed'), /ended at once/);
  assert.match(explainStart('/x/docket', 'spawn EACCES'), /Make it executable/);
  assert.equal(explainStart('/x/docket', 'odd'), 'docket did not start: odd');
});

test('tabs are asked for by scheme, so that pictures of git history are not', () => {
  assert.equal(diagnosticPullOptions.match(undefined, { scheme: 'file' }), true);
  assert.equal(diagnosticPullOptions.match(undefined, { scheme: 'git' }), false);
});
