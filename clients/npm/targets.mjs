// The platforms that a release has a program for. Everything that names one is held to this list by test.mjs.

/** Rust's triple to what npm, VS Code and the archive call it. */
export const targets = {
  'x86_64-unknown-linux-musl': { npm: 'linux-x64', os: 'linux', cpu: 'x64', vscode: ['linux-x64', 'alpine-x64'], archive: 'tar.gz' },
  'aarch64-unknown-linux-musl': { npm: 'linux-arm64', os: 'linux', cpu: 'arm64', vscode: ['linux-arm64', 'alpine-arm64'], archive: 'tar.gz' },
  'x86_64-apple-darwin': { npm: 'darwin-x64', os: 'darwin', cpu: 'x64', vscode: ['darwin-x64'], archive: 'tar.gz' },
  'aarch64-apple-darwin': { npm: 'darwin-arm64', os: 'darwin', cpu: 'arm64', vscode: ['darwin-arm64'], archive: 'tar.gz' },
  'x86_64-pc-windows-msvc': { npm: 'win32-x64', os: 'win32', cpu: 'x64', vscode: ['win32-x64'], archive: 'zip' },
};

/** The package that people install, and before a dash the platforms' own. */
export const name = '@docket-dev/docket';

/** The program's file name on a system. */
export const program = os => os === 'win32' ? 'docket.exe' : 'docket';
