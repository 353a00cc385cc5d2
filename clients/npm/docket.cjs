#!/usr/bin/env node
// Runs the program of this platform, which npm has installed beside this package. Nothing is downloaded here.
'use strict';
const { spawn } = require('node:child_process');

const platform = `${process.platform}-${process.arch}`;
const file = process.platform === 'win32' ? 'docket.exe' : 'docket';

function find() {
  try {
    return require.resolve(`@docket-dev/docket-${platform}/${file}`);
  } catch {
    return undefined;
  }
}

const program = find();
if (program === undefined) {
  console.error(`docket has no program for ${platform} here. It is an optional dependency: install without --omit=optional, `
    + 'or build it: cargo install --locked docket-lsp');
  process.exit(2);
}
const child = spawn(program, process.argv.slice(2), { stdio: 'inherit', windowsHide: true });
child.on('error', error => {
  console.error(`docket could not be started: ${error.message}`);
  process.exit(2);
});
// what ends this ends the program, and the other way round: a language server must not be left behind
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => child.kill(signal));
}
child.on('exit', (code, signal) => {
  if (signal) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  } else {
    process.exit(code ?? 2);
  }
});
