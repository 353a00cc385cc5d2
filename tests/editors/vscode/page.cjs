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

/** Runs a script's `main` and ends with its result. */
const run = main => main().catch(error => {
  console.error(error);
  process.exit(1);
});

module.exports = { flags, withPage, quickFix, choose, run };
