// The golden project as a person goes through it: a brief is planned by a model, one sentence of it is changed, and what
// followed from that sentence is brought in line by what the model proposes and the person accepts.
// usage: node golden.cjs PORT WORKSPACE PICTURES
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { withPage, quickFix, choose, eventually, palette, look, run } = require('./page.cjs');

const [port, workspace, pictures] = process.argv.slice(2);
const docs = path.join(workspace, '.docs');
const read = name => fs.readFileSync(path.join(docs, name), 'utf8');
const tickets = () => (fs.existsSync(path.join(docs, 'tickets')) ? fs.readdirSync(path.join(docs, 'tickets')) : []);
const lent = () => tickets().find(name => /for (three|four) weeks/.test(read(`tickets/${name}`)));

/** Open a file by its name, as Ctrl+P does. */
async function goTo(page, name) {
  const input = page.locator('.quick-input-widget input.input');
  await eventually('quick open', async () => {
    await page.keyboard.press('Control+p');
    return input.waitFor({ timeout: 2000 }).then(() => true, () => false);
  });
  await input.fill(name);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().waitFor();
  await page.waitForTimeout(300);
  await page.keyboard.press('Enter');
  await page.locator('.tab.active', { hasText: name }).waitFor();
}

/** Answer the question that docket asks. */
async function answer(page, says, button, picture) {
  const toast = page.locator('.notification-toast', { hasText: says }).first();
  await toast.waitFor();
  if (picture) {
    await page.waitForTimeout(500);
    await page.screenshot({ path: path.join(pictures, picture) });
  }
  await toast.locator('.monaco-button', { hasText: button }).first().click();
}

/** What a change left behind in the open file, mended by its quick fix. */
async function update(page, line, picture) {
  await choose(page, await quickFix(page, line, /Update from this change/));
  await answer(page, 'from this change', 'Accept', picture);
}

const steps = {
  'the brief is planned, looked at and accepted': async page => {
    await palette(page, 'Docket: Plan Requirements and Tickets of the Brief');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Count what it comes to' }).first().click();
    await answer(page, 'Plan', 'Accept', 'golden-plan.png');
    await eventually('tickets', () => tickets().length === 7, tickets);
    assert.equal((read('requirements.md').match(/^## R-/gm) ?? []).length, 9);
  },

  'a sentence that is changed marks what was made from it': async page => {
    await goTo(page, 'brief.md');
    await page.locator('.view-line', { hasText: 'is lent for three weeks' }).first().click();
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+End');
    await page.keyboard.type('A book is lent for four weeks.');
    await page.keyboard.press('Control+s');
    await eventually('saved brief', () => read('brief.md').includes('four weeks'));
    await goTo(page, 'requirements.md');
    await page.waitForSelector('.squiggly-info');
    await page.screenshot({ path: path.join(pictures, 'golden-outdated.png') });
  },

  'the requirement is brought in line': async page => {
    const record = read('requirements.md').split('\n').findIndex(line => line.includes('has it for three weeks'));
    assert.ok(record > 0);
    await update(page, 'from: brief.md#what-we-want', 'golden-update.png');
    await eventually('requirement', async () => {
      await page.keyboard.press('Control+s');
      return read('requirements.md').includes('has it for four weeks');
    }, () => read('requirements.md'));
  },

  'and so is its ticket, and nothing else is left': async page => {
    await goTo(page, lent());
    await page.waitForSelector('.squiggly-info');
    await update(page, 'from:', undefined);
    await eventually('ticket', async () => {
      await page.keyboard.press('Control+s');
      return read(`tickets/${lent()}`).includes('has it for four weeks');
    }, () => read(`tickets/${lent()}`));
    await palette(page, 'Docket: Show What Is Out of Line with the Plan');
    await page.locator('.notification-toast, .monaco-aria-container', { hasText: 'Everything is in line' }).first().waitFor({ state: 'attached' });
  },
};

run(async () => {
  fs.mkdirSync(pictures, { recursive: true });
  await withPage({ port, workspace, file: '.docs/brief.md', size: [1280, 800] }, page => look(page, steps, pictures));
});
