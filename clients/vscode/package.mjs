// Pack what build.mjs made: dist/docket.vsix without a program, or for one platform with it.
// usage: node package.mjs [TARGET PROGRAM]      TARGET as vsce names it: linux-x64, linux-arm64, darwin-x64, darwin-arm64, win32-x64
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, rmSync, statSync } from 'node:fs';

const [target, program] = process.argv.slice(2);
const limit = 300_000;
const out = target ? `dist/docket-${target}.vsix` : 'dist/docket.vsix';
if (target && !program) {
  throw new Error('usage: node package.mjs [TARGET PROGRAM]');
}

// a program that an earlier run left would make the thin package a fat one
rmSync('server', { recursive: true, force: true });
if (target) {
  mkdirSync('server');
  const copy = `server/docket${target.startsWith('win32') ? '.exe' : ''}`;
  copyFileSync(program, copy);
  chmodSync(copy, 0o755);
}
const vsce = ['vsce', 'package', '--no-dependencies', '--skip-license', ...target ? ['--target', target] : [], '--out', out];
const { status } = spawnSync('npx', ['--no-install', ...vsce], { stdio: 'inherit', shell: process.platform === 'win32' });
rmSync('server', { recursive: true, force: true });
if (status !== 0) {
  process.exit(status ?? 1);
}
const size = statSync(out).size;
if (!target && size > limit) {
  throw new Error(`${out} has ${size} bytes; more than ${limit} is not thin`);
}
console.log(`${out}: ${size} bytes`);
