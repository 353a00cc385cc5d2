// Open a file of a running VS Code, put the pointer on a text of it, and take a picture once a hint and the hover are there; then, where
// that is asked for, one of the quick fixes that a line with another text offers.
// usage: node shot.cjs PORT WORKSPACE FILE POINT_AT PICTURE.png [FIX_AT FIX_PICTURE.png]
const { withPage, quickFix, run } = require('./page.cjs');

const [port, workspace, file, pointAt, picture, fixAt, fixPicture] = process.argv.slice(2);

run(() => withPage({ port, workspace, file, size: [1180, 720] }, async page => {
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
  if (fixAt && fixPicture) {
    await quickFix(page, fixAt, /create a ticket/i);
    await page.waitForTimeout(500);
    await page.screenshot({ path: fixPicture });
  }
}));
