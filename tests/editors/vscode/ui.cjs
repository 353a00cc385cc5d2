// What a person sees of the installed extension: squiggle, hint, gutter, quick fix, trees, board, preview; each looked for in the page.
// usage: node ui.cjs PORT WORKSPACE PICTURES
const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { chromium } = require('playwright-core');

const [port, workspace, pictures] = process.argv.slice(2);
const patience = 30_000;
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const ticketFile = path.join(workspace, '.docs/tickets/T-7k3f-parse-spans.md');
const ticket = () => fs.readFileSync(ticketFile, 'utf8');

async function eventually(what, probe, seen = probe) {
  for (const end = Date.now() + patience; ;) {
    const answer = await probe();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`no ${what} within ${patience / 1000} s; there is ${JSON.stringify(await seen())}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** The frame of a webview whose page has an element. */
const frameWith = (page, selector) => eventually(`webview with ${selector}`, async () => {
  for (const frame of page.frames()) {
    if (await frame.locator(selector).count().catch(() => 0) > 0) return frame;
  }
  return undefined;
}, () => page.frames().map(frame => frame.url().slice(0, 80)));

/** Runs a command of the palette by its title. A key that comes before the page listens is pressed again. */
async function palette(page, title) {
  const input = page.locator('.quick-input-widget input.input');
  await eventually('palette', async () => {
    await page.keyboard.press('F1');
    return input.waitFor({ timeout: 2000 }).then(() => true, () => false);
  });
  await input.fill(`>${title}`);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().click();
}

async function accessible(frame) {
  await frame.evaluate(fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
  const found = await frame.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations.map(it => `${it.id}: ${it.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ')}`);
  });
  assert.deepEqual(found, []);
}

const steps = {
  'squiggle, hint and gutter icon in the source': async page => {
    await page.waitForSelector('.squiggly-error, .squiggly-warning');
    await page.waitForFunction(() => [...document.querySelectorAll('.view-line')].some(row => /in-progress/.test(row.innerText)));
    await eventually('gutter icons', async () => (await page.locator('.glyph-margin-widgets .cgmr, .margin-view-overlays .cgmr').count()) >= 4);
    await page.screenshot({ path: path.join(pictures, 'editor.png') });
  },

  'the quick fix makes a ticket': async page => {
    const action = page.locator('.action-widget .monaco-list-row', { hasText: /create a ticket/i }).first();
    await page.locator('.view-line', { hasText: 'read the configuration' }).click();
    await eventually('menu', async () => {
      await page.keyboard.press('Control+.');
      return action.waitFor({ timeout: 3000 }).then(() => true, () => false);
    });
    await page.screenshot({ path: path.join(pictures, 'fix.png') });
    await page.keyboard.press('Escape');
  },

  'the trees are in their view': async page => {
    // its badge lies over it
    await page.locator('.activitybar a[aria-label^="Docket"]').first().click({ force: true });
    const row = page.locator('.monaco-list-row', { hasText: 'Parse bodies that span several lines' }).first();
    await row.waitFor();
    assert.match(await row.getAttribute('aria-label'), /in-progress, high priority/);
    await page.locator('.pane-header', { hasText: 'TODOs' }).waitFor();
    await page.screenshot({ path: path.join(pictures, 'tree.png') });
  },

  'a card of the board is dragged, and the ticket has its status': async page => {
    await palette(page, 'Docket: Open Board');
    const board = await frameWith(page, '.card');
    await board.locator('section[data-status="in-progress"] [data-ticket="T-7k3f"]').waitFor();
    await accessible(board);
    await board.locator('[data-ticket="T-7k3f"]').dragTo(board.locator('section[data-status="review"]'));
    await board.locator('section[data-status="review"] [data-ticket="T-7k3f"]').waitFor();
    await eventually('status in the file', () => /^status: review$/m.test(ticket()), ticket);
    await page.locator('.monaco-list-row', { hasText: 'Parse bodies' }).first().waitFor();
    await page.screenshot({ path: path.join(pictures, 'board.png') });
    await board.locator('[data-ticket="T-7k3f"]').click();
    await page.locator('.tab', { hasText: 'T-7k3f-parse-spans.md' }).waitFor();
  },

  'a box of the preview ticks the file': async page => {
    await palette(page, 'Docket: Preview Ticket');
    const preview = await frameWith(page, '[data-criterion]');
    assert.equal(await preview.locator('h1').innerText(), 'T-7k3f Parse bodies that span several lines');
    await accessible(preview);
    await preview.getByLabel('A blank comment line ends a body').check();
    await palette(page, 'File: Save All');
    await eventually('tick in the file', () => /- \[x\] A blank comment line ends a body/.test(ticket()), ticket);
    await page.screenshot({ path: path.join(pictures, 'preview.png') });
  },
};

async function main() {
  fs.mkdirSync(pictures, { recursive: true });
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'docket-chromium-'));
  const browser = await chromium.launchPersistentContext(profile, {
    headless: true, executablePath: '/usr/bin/chromium', args: flags, viewport: { width: 1280, height: 800 },
  });
  let failed = 0;
  try {
    const page = browser.pages()[0];
    page.setDefaultTimeout(patience);
    const payload = JSON.stringify([['openFile', `vscode-remote://127.0.0.1:${port}${path.resolve(workspace, 'src/main.rs')}`], ['skipWelcome', 'true']]);
    await page.goto(`http://127.0.0.1:${port}/?folder=${path.resolve(workspace)}&payload=${encodeURIComponent(payload)}`);
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
  } finally {
    await browser.close();
    fs.rmSync(profile, { recursive: true, force: true });
  }
  console.log(`${Object.keys(steps).length - failed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

main().catch(error => { console.error(error); process.exit(1); });
