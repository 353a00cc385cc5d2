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
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first();
  await input.fill(name);
  await row.waitFor();
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

/** What a change left behind in a file, mended by its quick fix, and saved. */
async function update(page, name, line, picture) {
  await goTo(page, name.split('/').pop());
  await page.waitForSelector('.squiggly-info');
  await choose(page, await quickFix(page, line, /Update from this change/));
  await answer(page, 'from this change', 'Accept', picture);
  // the page with the patch is in front
  await goTo(page, name.split('/').pop());
  await page.locator('.view-line', { hasText: 'has it for four weeks' }).first().waitFor();
  await eventually(`saved ${name}`, async () => {
    await page.keyboard.press('Control+s');
    await page.waitForTimeout(300);
    return read(name).includes('has it for four weeks');
  }, () => read(name));
}

const steps = {
  'the brief is planned, looked at and accepted': async page => {
    await palette(page, 'Docket: Plan Requirements and Tickets of the Brief, a Ticket or TODOs...');
    // what the palette still shows says "the Brief", too
    await page.locator('.quick-input-list .monaco-list-row[aria-label^="The brief"]').first().click();
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
    // while it was typed others were, too
    await page.waitForFunction(() => document.querySelectorAll('.squiggly-info').length === 1);
    await page.locator('.view-line', { hasText: '# Requirements' }).first().click();
    // the next problem, said where it is
    await page.keyboard.press('F8');
    await page.locator('.marker-widget', { hasText: 'has changed since this was derived from it' }).waitFor();
    await page.locator('.notification-toast').first().waitFor({ state: 'detached' });
    await page.screenshot({ path: path.join(pictures, 'golden-outdated.png') });
    await page.keyboard.press('Escape');
  },

  'the requirement is brought in line': async page => {
    // the digest of the old sentence, which the record holds
    await update(page, 'requirements.md', 'b26b90a0', 'golden-update.png');
  },

  'and so is its ticket, and nothing else is left': async page => {
    await update(page, `tickets/${lent()}`, 'from:');
    await palette(page, 'Docket: Show What Is Out of Line with the Plan');
    await page.locator('.notification-toast, .monaco-aria-container', { hasText: 'Everything is in line' }).first().waitFor({ state: 'attached' });
  },

  'who writes into a discussion is answered': async page => {
    await palette(page, 'Docket: Discuss Ticket by Roles...');
    const row = text => page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
    await page.locator('.quick-input-widget input[placeholder="What is discussed?"]').waitFor();
    await row('T-').click();
    await row('backend, frontend').click();
    await page.locator('.quick-input-message', { hasText: 'What have you to say' }).waitFor();
    await page.keyboard.press('Enter');
    await answer(page, '1 page of', 'Join');
    await page.locator('.tab.active', { hasText: /Discussion P-\w+\.md/ }).waitFor();
    await page.locator('.view-line', { hasText: 'That is enough for the desk.' }).first().waitFor();
    await page.locator('.monaco-editor.focused .view-line', { hasText: 'Your turn' }).first().waitFor();
    // the cursor is where the person has their turn
    await page.keyboard.type('When is it due?');
    await page.keyboard.press('Control+s');
    await page.locator('.view-line', { hasText: 'Good: the desk can print it.' }).first().waitFor();
    await page.locator('.view-line', { hasText: 'When is it due?' }).first().waitFor();
    await page.screenshot({ path: path.join(pictures, 'golden-discussion.png') });
  },
};

run(async () => {
  fs.mkdirSync(pictures, { recursive: true });
  await withPage({ port, workspace, file: '.docs/brief.md', size: [1280, 800] }, page => look(page, steps, pictures));
});
