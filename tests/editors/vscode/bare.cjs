// What a person sees in a folder without git and tickets, in a window that does not trust it; and that a project can be begun in it.
// usage: node bare.cjs PORT WORKSPACE PICTURES
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { withPage, eventually, palette, look, run } = require('./page.cjs');

const [port, workspace, pictures] = process.argv.slice(2);
const tickets = path.join(workspace, '.docs/tickets');

const steps = {
  'the window does not trust the folder': async page => {
    await page.locator('.statusbar', { hasText: 'Restricted Mode' }).waitFor();
  },

  'the empty view says how to begin': async page => {
    await page.locator('.activitybar a[aria-label^="Docket"]').first().click({ force: true });
    await page.locator('.welcome-view', { hasText: 'No tickets here yet' }).first().waitFor();
    // a TODO needs neither git nor tickets to be known
    await page.locator('.monaco-list-row', { hasText: 'main.rs' }).first().waitFor();
  },

  'GitHub is not talked to, and why': async page => {
    await palette(page, 'Docket: Synchronize with GitHub');
    // newer ones put it behind the bell and read it out, without a toast
    const said = page.locator('.notifications-toasts, .monaco-aria-container', { hasText: 'Trust the workspace first' });
    await said.first().waitFor({ state: 'attached' });
    await page.screenshot({ path: path.join(pictures, 'untrusted.png') });
    await page.keyboard.press('Escape');
    await page.locator('.notifications-toasts', { hasText: 'Trust the workspace first' }).waitFor({ state: 'hidden' });
  },

  'a project is begun': async page => {
    await palette(page, 'Docket: Initialize Project (.docs)');
    await eventually('first ticket', () => fs.existsSync(tickets) && fs.readdirSync(tickets).length === 1, () => fs.readdirSync(workspace));
    const [name] = fs.readdirSync(tickets);
    const [, title] = /^title: (.*)$/m.exec(fs.readFileSync(path.join(tickets, name), 'utf8'));
    await page.locator('.monaco-list-row', { hasText: title }).first().waitFor();
    assert.equal(fs.existsSync(path.join(workspace, '.git')), false, 'nobody asked for git');
  },
};

run(async () => {
  fs.mkdirSync(pictures, { recursive: true });
  await withPage({ port, workspace, file: 'src/main.rs', size: [1280, 800] }, page => look(page, steps, pictures));
});
