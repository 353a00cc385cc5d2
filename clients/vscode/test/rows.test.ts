// Tests of asking for rows: one question at a time, and nothing where nothing has changed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rows, type RowsAnswer } from '../src/rows';

test('what comes while a question is under way is one more, not many', async () => {
  const asked: (string | undefined)[] = [];
  let changes = 0;
  const waiting: ((answer: RowsAnswer<string>) => void)[] = [];
  const rows = new Rows<string>(id => {
    asked.push(id);
    return new Promise(resolve => waiting.push(resolve));
  }, () => { changes += 1; });
  const done = rows.refresh();
  void rows.refresh();
  void rows.refresh();
  assert.equal(asked.length, 1);
  waiting.shift()?.({ resultId: 'a', projects: ['one'] });
  await new Promise(setImmediate);
  assert.deepEqual(asked, [undefined, 'a']);
  assert.deepEqual(rows.projects, ['one']);
  waiting.shift()?.({ resultId: 'a', projects: null });
  await done;
  assert.deepEqual(rows.projects, ['one'], 'unchanged rows stay');
  assert.equal(changes, 1);
});

test('a server that went takes its rows with it', async () => {
  let changes = 0;
  const asked: (string | undefined)[] = [];
  const rows = new Rows<string>(async id => { asked.push(id); return { resultId: 'a', projects: ['one'] }; }, () => { changes += 1; });
  await rows.refresh();
  rows.forget();
  rows.forget();
  assert.equal(rows.projects, undefined);
  assert.equal(changes, 2);
  await rows.refresh();
  assert.deepEqual(asked, [undefined, undefined], 'the next server knows nothing of the last');
});

test('without a server there is no answer, and what is known stays', async () => {
  const rows = new Rows<string>(async () => undefined, () => assert.fail('nothing changed'));
  await rows.refresh();
  assert.equal(rows.projects, undefined);
});

test('a question that failed does not keep the next from being asked', async () => {
  let fails = true;
  const rows = new Rows<string>(async () => {
    if (fails) {
      throw new Error('no');
    }
    return { resultId: 'a', projects: [] };
  }, () => undefined);
  await assert.rejects(rows.refresh());
  fails = false;
  await rows.refresh();
  assert.deepEqual(rows.projects, []);
});
