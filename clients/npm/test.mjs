// Packs docket for npm with a program that is there, installs it into an empty project without the network, and runs it;
// and holds everything that names a platform or a version to one list.
// usage: DOCKET=PROGRAM node --test test.mjs
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { targets } from './targets.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const read = path => readFileSync(join(root, path), 'utf8');
const program = process.env.DOCKET;
const version = /^\[workspace\.package\]\nversion = "([^"]+)"/m.exec(read('Cargo.toml'))[1];
const release = read('.github/workflows/release.yml');

test('a project without the network gets the program of its platform', { skip: program === undefined && 'DOCKET names no program' }, () => {
  const work = mkdtempSync(join(tmpdir(), 'docket-npm-test-'));
  try {
    const [triple] = Object.entries(targets).find(([, it]) => it.os === process.platform && it.cpu === process.arch);
    const pack = (...rest) => execFileSync('node', [join(here, 'pack.mjs'), work, ...rest], { encoding: 'utf8' }).trim();
    const [main, own] = [pack(), pack(triple, program)];
    writeFileSync(join(work, 'package.json'), JSON.stringify({ private: true }));
    // the other platforms' packages are optional, and are not there; that of this one is named, for no registry has it yet
    execFileSync('npm', ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--omit=optional', '--loglevel=error', own, main], { cwd: work, stdio: 'pipe' });
    const bin = join(work, 'node_modules/.bin/docket');
    assert.equal(execFileSync(bin, ['--version'], { encoding: 'utf8' }).trim(), `docket ${version}`);
    const failed = spawnSync(bin, ['check', '/nowhere'], { encoding: 'utf8', cwd: work });
    assert.equal(failed.status, 2, failed.stderr);
    // a server that ends by itself, as an editor's does when its pipe is closed
    assert.equal(spawnSync(bin, ['lsp'], { input: '', timeout: 20_000 }).status, 1);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
});

test('where there is no program the launcher says what to do', () => {
  const run = spawnSync('node', [join(here, 'docket.cjs'), '--version'], { encoding: 'utf8' });
  assert.equal(run.status, 2);
  assert.match(run.stderr, /optional dependency.*cargo install/);
});

test('the release builds every platform, and names its files as the registries expect', () => {
  for (const [triple, { npm, vscode, archive }] of Object.entries(targets)) {
    assert.ok(release.includes(`target: ${triple}`), triple);
    for (const code of vscode) {
      assert.ok(release.includes(code), code);
    }
    assert.ok(read('clients/npm/docket.cjs').includes('docket-${platform}') && npm.length > 0);
    const mason = read('clients/neovim/contrib/mason/package.yaml');
    assert.ok(mason.includes(`docket-{{ version }}-${triple}.${archive}`), `Mason: ${triple}`);
  }
  assert.match(release, /docket-\$\{\{ github\.ref_name \}\}-\$\{\{ matrix\.target \}\}/);
});

test('everything has one version', () => {
  assert.equal(JSON.parse(read('clients/vscode/package.json')).version, version);
  assert.ok(read('clients/neovim/contrib/mason/package.yaml').includes(`docket@v${version}`));
});

test('a release proves where it comes from, and is asked for by a tag alone', () => {
  for (const part of ['attest-build-provenance', 'sha256sum', '--provenance', 'id-token: write', "tags: ['v*']"]) {
    assert.ok(release.includes(part), part);
  }
  assert.ok(!release.includes('pull_request'), 'what a stranger sends has no way to what signs');
  assert.match(release, /^permissions:\n {2}contents: read$/m);
});
