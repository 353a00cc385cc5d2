// Open a running VS Code in Chromium and have its extension host run the suite; print the suite's report and exit as it ended.
// usage: node host.cjs PORT WORKSPACE EXTENSION REPORT [PICTURE.png]
const { chromium } = require('playwright-core');
const fs = require('fs');
const os = require('os');
const path = require('path');

const [port, workspace, extension, report, picture] = process.argv.slice(2);
const patience = 240_000;
// without these Chromium talks to its maker, which a closed network refuses again and again
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

async function main() {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'docket-chromium-'));
  const browser = await chromium.launchPersistentContext(profile, {
    headless: true, executablePath: '/usr/bin/chromium', args: flags, viewport: { width: 1280, height: 800 },
  });
  try {
    const page = browser.pages()[0];
    const ended = new Promise(resolve => {
      setTimeout(() => resolve(`nothing within ${patience / 1000} s`), patience).unref();
      page.exposeFunction('codeAutomationExit', resolve);
    });
    await page.exposeFunction('codeAutomationLog', () => {});
    const remote = file => `vscode-remote://127.0.0.1:${port}${path.resolve(file)}`;
    const payload = [
      ['extensionDevelopmentPath', remote(extension)],
      ['extensionTestsPath', remote(path.join(__dirname, 'suite.cjs'))],
      ['skipWelcome', 'true'],
    ];
    await page.goto(`http://127.0.0.1:${port}/?folder=${path.resolve(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    const code = await ended;
    if (picture) await page.screenshot({ path: picture });
    return code;
  } finally {
    await browser.close();
    fs.rmSync(profile, { recursive: true, force: true });
  }
}

main().then(code => {
  if (fs.existsSync(report)) process.stdout.write(fs.readFileSync(report, 'utf8'));
  if (code !== 0) console.log(`the extension host ended with ${code}`);
  process.exit(code === 0 ? 0 : 1);
}, error => {
  console.error(error);
  process.exit(1);
});
