// Show the trees and the board of a running VS Code that has the extension, and take a picture of both.
// usage: node views.cjs PORT WORKSPACE PICTURE.png
const { chromium } = require('playwright-core');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const [port, workspace, picture] = process.argv.slice(2);
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

async function main() {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'docket-chromium-'));
  const browser = await chromium.launchPersistentContext(profile, {
    headless: true, executablePath: '/usr/bin/chromium', args: flags, viewport: { width: 1280, height: 720 },
  });
  try {
    const page = browser.pages()[0];
    page.setDefaultTimeout(60_000);
    const payload = JSON.stringify([['openFile', `vscode-remote://127.0.0.1:${port}${path.resolve(workspace, 'src/main.rs')}`], ['skipWelcome', 'true']]);
    await page.goto(`http://127.0.0.1:${port}/?folder=${path.resolve(workspace)}&payload=${encodeURIComponent(payload)}`);
    // its badge lies over it
    await page.locator('.activitybar a[aria-label^="Docket"]').first().click({ force: true });
    await page.locator('.monaco-list-row', { hasText: 'T-7k3f' }).first().waitFor();
    const input = page.locator('.quick-input-widget input.input');
    do {
      await page.keyboard.press('F1');
    } while (!await input.waitFor({ timeout: 2000 }).then(() => true, () => false));
    await input.fill('>Docket: Open Board');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Docket: Open Board' }).first().click();
    for (let drawn = false; !drawn;) {
      await page.waitForTimeout(200);
      for (const frame of page.frames()) drawn ||= await frame.locator('.card').count().catch(() => 0) > 0;
    }
    await page.locator('.monaco-list-row', { hasText: 'main.rs' }).first().click();
    await page.keyboard.press('ArrowRight');
    await page.mouse.move(900, 600);
    await page.waitForTimeout(1000);
    await page.screenshot({ path: picture });
  } finally {
    await browser.close();
    fs.rmSync(profile, { recursive: true, force: true });
  }
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
