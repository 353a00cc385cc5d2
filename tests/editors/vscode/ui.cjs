// What a person sees of the installed extension: squiggle, hint, gutter, hover, quick fix, trees, board, preview; each looked for in the page.
// usage: node ui.cjs PORT WORKSPACE PICTURES
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { withPage, quickFix, choose, eventually, palette, look, run } = require('./page.cjs');

const [port, workspace, pictures] = process.argv.slice(2);
const ticketFile = path.join(workspace, '.docs/tickets/T-7k3f-parse-spans.md');
const ticket = () => fs.readFileSync(ticketFile, 'utf8');

/** The frame of a webview whose page has an element. */
const frameWith = (page, selector) => eventually(`webview with ${selector}`, async () => {
  for (const frame of page.frames()) {
    if (await frame.locator(selector).count().catch(() => 0) > 0) return frame;
  }
  return undefined;
}, () => page.frames().map(frame => frame.url().slice(0, 80)));

async function accessible(frame) {
  await frame.evaluate(fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
  const found = await frame.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations.map(it => `${it.id}: ${it.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ')}`);
  });
  assert.deepEqual(found, []);
}

/** Where a text of the source stands in the page, its middle. */
const placeOf = (page, text) => page.locator('.view-line', { hasText: text }).first().evaluate((line, wanted) => {
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.textContent.indexOf(wanted);
    if (at >= 0) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      const { x, y, width, height } = range.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    }
  }
  return undefined;
}, text);

/** The files of tickets whose title is the one that is asked for. */
const ticketsWith = title => fs.readdirSync(path.dirname(ticketFile))
  .map(name => fs.readFileSync(path.join(path.dirname(ticketFile), name), 'utf8'))
  .filter(text => new RegExp(`^title: ${title}$`, 'mi').test(text));

const steps = {
  'squiggle, hint and gutter icon in the source': async page => {
    await page.waitForSelector('.squiggly-error, .squiggly-warning');
    await page.waitForFunction(() => [...document.querySelectorAll('.view-line')].some(row => /in-progress/.test(row.innerText)));
    await eventually('gutter icons', async () => (await page.locator('.glyph-margin-widgets .cgmr, .margin-view-overlays .cgmr').count()) >= 4);
    await page.screenshot({ path: path.join(pictures, 'editor.png') });
  },

  'the program is the one that came with the extension': async page => {
    // the status bar says which, to those who hear it
    const entry = page.locator('.statusbar [aria-label*="/server/docket"]').first();
    await entry.waitFor({ state: 'attached' });
    assert.match(await entry.getAttribute('aria-label'), /docket \d+\.\d+\.\d+\S*\s+\S*\/extensions\/docket\.docket-[^/]*\/server\/docket/);
  },

  'the hover over an id is the card of its ticket': async page => {
    // the tooltip of the link on the id is a part of its own
    const hover = page.locator('.monaco-hover:not(.hidden) .hover-contents', { hasText: '1 of 2 criteria' }).first();
    await eventually('card', async () => {
      const place = await placeOf(page, 'T-7k3f');
      if (!place) return false;
      // a pointer that does not move asks for nothing
      await page.mouse.move(place.x - 40, place.y + 60);
      await page.mouse.move(place.x, place.y, { steps: 4 });
      return hover.waitFor({ timeout: 3000 }).then(() => true, () => false);
    });
    assert.match(await hover.innerText(), /in-progress/);
    assert.match(await hover.innerText(), /Parse bodies that span several lines/);
    await page.screenshot({ path: path.join(pictures, 'hover.png') });
    await page.mouse.move(5, 5);
    await page.keyboard.press('Escape');
  },

  'the quick fix makes a ticket': async page => {
    const action = await quickFix(page, 'read the configuration', /create a ticket/i);
    await page.screenshot({ path: path.join(pictures, 'fix.png') });
    await choose(page, action);
    await eventually('id in the TODO', async () => (await page.locator('.view-line', { hasText: /TODO\(T-.*\):.read.the.configuration/ }).count()) > 0,
      () => page.locator('.view-line').allInnerTexts());
    await palette(page, 'File: Save All');
    const [made] = await eventually('ticket', () => ticketsWith('read the configuration').length === 1 && ticketsWith('read the configuration'),
      () => fs.readdirSync(path.dirname(ticketFile)));
    const [, id] = /^id: (T-\w+)$/m.exec(made);
    // VS Code empties a file before it writes it
    const source = () => fs.readFileSync(path.join(workspace, 'src/main.rs'), 'utf8');
    await eventually('id in the file', () => source().includes(`// TODO(${id}): read the configuration`), source);
  },

  'the trees are in their view': async page => {
    // its badge lies over it
    await page.locator('.activitybar a[aria-label^="Docket"]').first().click({ force: true });
    const row = page.locator('.monaco-list-row', { hasText: 'Parse bodies that span several lines' }).first();
    await row.waitFor();
    assert.match(await row.getAttribute('aria-label'), /in-progress, high priority/);
    // the one that the quick fix made
    await page.locator('.monaco-list-row[aria-label*="read the configuration" i]', { hasText: /T-/ }).first().waitFor();
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

run(async () => {
  fs.mkdirSync(pictures, { recursive: true });
  await withPage({ port, workspace, file: 'src/main.rs', size: [1280, 800] }, page => look(page, steps, pictures));
});
