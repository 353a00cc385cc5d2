// The page of a running VS Code, opened on a file as a person opens it. Nothing of it stays.
const { chromium } = require('playwright-core');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Runs `use` with the page that shows `file` of the folder; `size` is that of the window. */
async function withPage({ port, workspace, file, size: [width, height] }, use) {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'docket-chromium-'));
  const browser = await chromium.launchPersistentContext(profile, {
    headless: true, executablePath: '/usr/bin/chromium', args: flags, viewport: { width, height },
  });
  try {
    const page = browser.pages()[0];
    page.setDefaultTimeout(60_000);
    const payload = JSON.stringify([['openFile', `vscode-remote://127.0.0.1:${port}${path.resolve(workspace, file)}`], ['skipWelcome', 'true']]);
    await page.goto(`http://127.0.0.1:${port}/?folder=${path.resolve(workspace)}&payload=${encodeURIComponent(payload)}`);
    await use(page);
  } finally {
    await browser.close();
    fs.rmSync(profile, { recursive: true, force: true });
  }
}

const patience = 30_000;

async function eventually(what, probe, seen = probe) {
  for (const end = Date.now() + patience; ;) {
    const answer = await probe();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`no ${what} within ${patience / 1000} s; there is ${JSON.stringify(await seen())}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/**
 * Runs a command of the palette by its title. A key that comes before the page listens is pressed again, and so it is
 * where the command is not offered yet, because the server has still to start.
 */
async function palette(page, title) {
  const input = page.locator('.quick-input-widget input.input');
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
  const isThere = it => it.waitFor({ timeout: 2000 }).then(() => true, () => false);
  await eventually(`"${title}" in the palette`, async () => {
    await page.keyboard.press('F1');
    if (!await isThere(input)) return false;
    // what else starts may take the focus, which closes it
    const filled = await input.fill(`>${title}`, { timeout: 2000 }).then(() => true, () => false);
    if (filled && await isThere(row)) return true;
    await page.keyboard.press('Escape');
    return false;
  });
  await row.click();
}

/**
 * The light bulb's menu at the line with `text`; the action in it whose title matches.
 * A key that comes before the server has answered opens nothing, so it is pressed again.
 */
async function quickFix(page, text, title) {
  const action = page.locator('.action-widget .monaco-list-row', { hasText: title }).first();
  let isOpen = false;
  for (let attempt = 0; attempt < 10 && !isOpen; attempt += 1) {
    await page.mouse.move(5, 5);
    await page.keyboard.press('Escape');
    await page.locator('.view-line', { hasText: text }).first().click();
    await page.keyboard.press('Control+.');
    isOpen = await action.waitFor({ timeout: 3000 }).then(() => true, () => false);
  }
  if (!isOpen) throw new Error(`nothing like ${title} is offered at "${text}"`);
  return action;
}

/** Chooses it by keys: VS Code 1.100 lays a sheet over the menu that takes every click. */
async function choose(page, action) {
  for (let row = 0; row < 30; row += 1) {
    if (/\bfocused\b/.test(await action.getAttribute('class'))) return page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.waitForTimeout(50);
  }
  throw new Error('the action never came into focus');
}

/** Carries out each step, tells how it went with a picture where it failed, and fails where one did. */
async function look(page, steps, pictures) {
  page.setDefaultTimeout(patience);
  let failed = 0;
  for (const [name, step] of Object.entries(steps)) {
    const begun = Date.now();
    try {
      await step(page);
      console.log(`ok     ${name} (${Date.now() - begun} ms)`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED ${name}\n${error.stack}`);
      await page.screenshot({ path: path.join(pictures, `failed-${failed}.png`) });
    }
  }
  console.log(`${Object.keys(steps).length - failed} passed, ${failed} failed`);
  if (failed > 0) throw new Error(`pictures of what failed are in ${pictures}`);
}

/** Runs a script's `main` and ends with its result. */
const run = main => main().catch(error => {
  console.error(error);
  process.exit(1);
});

module.exports = { flags, withPage, quickFix, choose, eventually, palette, look, run };
