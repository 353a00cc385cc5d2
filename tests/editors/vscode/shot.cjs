// Open a file of a running VS Code, put the pointer on a text of it, and take a picture once a hint and the hover are there; then, where
// that is asked for, one of the quick fixes that a line with another text offers.
// usage: node shot.cjs PORT WORKSPACE FILE POINT_AT PICTURE.png [FIX_AT FIX_PICTURE.png]
const { chromium } = require('playwright-core');
const fs = require('fs');
const os = require('os');
const path = require('path');

const [port, workspace, file, pointAt, picture, fixAt, fixPicture] = process.argv.slice(2);
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** The light bulb's menu at a line, nothing of it chosen. */
async function quickFix(page) {
  await page.mouse.move(5, 5);
  await page.keyboard.press('Escape');
  await page.locator('.view-line', { hasText: fixAt }).first().click();
  const action = page.locator('.action-widget .monaco-list-row', { hasText: /create a ticket/i }).first();
  let isOpen = false;
  // a key that comes before the server has answered opens nothing
  for (let attempt = 0; attempt < 10 && !isOpen; attempt += 1) {
    await page.keyboard.press('Control+.');
    isOpen = await action.waitFor({ timeout: 3000 }).then(() => true, () => false);
  }
  if (!isOpen) throw new Error(`no quick fix at "${fixAt}" makes a ticket`);
  await page.waitForTimeout(500);
  await page.screenshot({ path: fixPicture });
}

async function main() {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'docket-chromium-'));
  const browser = await chromium.launchPersistentContext(profile, {
    headless: true, executablePath: '/usr/bin/chromium', args: flags, viewport: { width: 1180, height: 720 },
  });
  try {
    const page = browser.pages()[0];
    const remote = `vscode-remote://127.0.0.1:${port}${path.resolve(workspace, file)}`;
    const payload = JSON.stringify([['openFile', remote], ['skipWelcome', 'true']]);
    await page.goto(`http://127.0.0.1:${port}/?folder=${path.resolve(workspace)}&payload=${encodeURIComponent(payload)}`);
    // an inlay hint is text before or after a token of the line, in a class of its own
    await page.waitForFunction(() => [...document.querySelectorAll('.view-line')].some(row => /in-progress|todo|done/.test(row.innerText)
      && row.querySelector('[class*="dyn-rule"]')), undefined, { timeout: 60_000 });
    await page.waitForSelector('.squiggly-error, .squiggly-warning', { timeout: 30_000 });
    const target = page.locator('.view-line span span', { hasText: pointAt }).first();
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const box = await target.boundingBox();
      const inner = await target.evaluate((node, part) => {
        const range = document.createRange();
        const at = node.textContent.indexOf(part);
        range.setStart(node.firstChild, at);
        range.setEnd(node.firstChild, at + part.length);
        const rect = range.getBoundingClientRect();
        return { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
      }, pointAt).catch(() => box && { x: box.x + box.width / 2, y: box.y + box.height / 2 });
      if (inner) await page.mouse.move(inner.x + (attempt % 2), inner.y);
      const hover = page.locator('.monaco-hover:not(.hidden) .hover-contents').first();
      if (await hover.isVisible({ timeout: 3000 }).catch(() => false)) break;
      await page.waitForTimeout(1500);
    }
    await page.waitForSelector('.monaco-hover .hover-contents', { timeout: 5000 });
    await page.waitForTimeout(500);
    await page.screenshot({ path: picture });
    if (fixAt && fixPicture) await quickFix(page);
  } finally {
    await browser.close();
    fs.rmSync(profile, { recursive: true, force: true });
  }
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
