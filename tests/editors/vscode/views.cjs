// Show the trees and the board of a running VS Code that has the extension, and take a picture of both.
// usage: node views.cjs PORT WORKSPACE PICTURE.png
const { withPage, run } = require('./page.cjs');

const [port, workspace, picture] = process.argv.slice(2);

run(() => withPage({ port, workspace, file: 'src/main.rs', size: [1280, 720] }, async page => {
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
}));
