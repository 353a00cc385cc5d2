// Decide a conflict in a running VS Code, and take a picture of what is offered before.
// usage: node conflict.cjs PORT WORKSPACE FILE LINE_TEXT ACTION PICTURE.png
const fs = require('node:fs');
const path = require('node:path');
const { withPage, quickFix, choose, run } = require('./page.cjs');

const [port, workspace, file, text, title, picture] = process.argv.slice(2);

run(() => withPage({ port, workspace, file, size: [1180, 560] }, async page => {
  await page.waitForSelector('.squiggly-error, .squiggly-warning');
  const action = await quickFix(page, text, new RegExp(title, 'i'));
  await page.waitForTimeout(500);
  await page.screenshot({ path: picture });
  await choose(page, action);
  for (let end = Date.now() + 30_000; fs.readFileSync(path.join(workspace, file), 'utf8').includes(text);) {
    if (Date.now() > end) throw new Error(`"${text}" stands there still`);
    await page.keyboard.press('Control+s');
    await page.waitForTimeout(500);
  }
}));
