// Tests of what the status bar says and which documents are docket's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnosticPullOptions } from '../src/options';
import { statusEntry } from '../src/status';

test('a running server names its version and program', () => {
  const entry = statusEntry({ kind: 'running', version: '0.1.0', path: '/usr/bin/docket' });
  assert.equal(entry.warning, false);
  assert.match(entry.tooltip, /docket 0\.1\.0\n\/usr\/bin\/docket/);
});

test('a failure warns and keeps its reason', () => {
  const entry = statusEntry({ kind: 'failed', message: 'The docket program was not found.' });
  assert.equal(entry.warning, true);
  assert.match(entry.tooltip, /was not found/);
});

test('tabs are asked for by scheme, so that pictures of git history are not', () => {
  assert.equal(diagnosticPullOptions.match(undefined, { scheme: 'file' }), true);
  assert.equal(diagnosticPullOptions.match(undefined, { scheme: 'git' }), false);
});
