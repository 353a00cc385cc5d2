// Pack docket for npm: the package of one platform, with its program, or the one that people install.
// usage: node pack.mjs OUT                       @docket-dev/docket
//        node pack.mjs OUT TRIPLE PROGRAM        @docket-dev/docket-PLATFORM
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { name, program, targets } from './targets.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const [out, triple, binary] = process.argv.slice(2);
if (!out || (triple && (!targets[triple] || !binary))) {
  console.error(`usage: node pack.mjs OUT [${Object.keys(targets).join('|')} PROGRAM]`);
  process.exit(2);
}
const version = /^\[workspace\.package\]\nversion = "([^"]+)"/m.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'))?.[1];
const common = {
  version, license: 'MIT OR Apache-2.0', homepage: 'https://github.com/docket-dev/docket',
  repository: { type: 'git', url: 'git+https://github.com/docket-dev/docket.git', directory: 'clients/npm' },
};

function manifest() {
  if (!triple) {
    return {
      name, ...common,
      description: "A repository's tickets and TODOs, live in any editor that speaks LSP.",
      keywords: ['todo', 'ticket', 'issue', 'lsp', 'language-server'],
      bin: { docket: 'docket.cjs' }, engines: { node: '>=18' }, files: ['docket.cjs'],
      // of exactly this version: the launcher and the program are one thing
      optionalDependencies: Object.fromEntries(Object.values(targets).map(it => [`${name}-${it.npm}`, version])),
    };
  }
  const { npm, os, cpu } = targets[triple];
  return { name: `${name}-${npm}`, ...common, description: `The program docket for ${npm}.`, os: [os], cpu: [cpu], preferUnplugged: true, files: [program(os)] };
}

const folder = mkdtempSync(join(tmpdir(), 'docket-npm-'));
try {
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`);
  for (const file of ['LICENSE-MIT', 'LICENSE-APACHE']) {
    copyFileSync(join(root, file), join(folder, file));
  }
  if (triple) {
    const target = join(folder, program(targets[triple].os));
    copyFileSync(binary, target);
    chmodSync(target, 0o755);
    writeFileSync(join(folder, 'README.md'), `# The program of ${name}\n\nInstall \`${name}\`, which takes this one where it fits.\n`);
  } else {
    copyFileSync(join(here, 'docket.cjs'), join(folder, 'docket.cjs'));
    chmodSync(join(folder, 'docket.cjs'), 0o755);
    copyFileSync(join(here, 'README.md'), join(folder, 'README.md'));
  }
  mkdirSync(out, { recursive: true });
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', resolve(out)], { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' });
  console.log(join(out, packed.trim()));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
