// Bundle the extension and its pages into dist/, with --production for the package, with --tests the unit tests too,
// with --assets the board also into the server, which serves it from there.
import { build } from 'esbuild';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const has = name => process.argv.includes(name);
const production = has('--production');
const node = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'warning' };
// pages are not minified: what the server carries can be read and reviewed
const page = { bundle: true, platform: 'browser', target: 'es2022', format: 'iife', logLevel: 'warning', charset: 'utf8' };
const assets = '../../server/src/http/assets';

rmSync('dist', { recursive: true, force: true });
const { metafile } = await build({
  ...node,
  metafile: true,
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.js',
  external: ['vscode'],
  minify: production,
  sourcemap: production ? false : 'linked',
});
await build({ ...page, entryPoints: ['webview/preview.ts'], outfile: 'dist/preview.js', minify: production });
await build({ ...page, entryPoints: ['../board/src/main.ts'], outfile: 'dist/board.js' });
copyFileSync('webview/preview.css', 'dist/preview.css');
for (const name of ['board.css', 'index.html']) {
  copyFileSync(`../board/src/${name}`, `dist/${name}`);
}

if (has('--tests')) {
  // Only modules that know nothing of `vscode` are tested here; an import of it fails the run.
  const tests = ['test', '../board/test'].flatMap(folder =>
    readdirSync(folder).filter(name => name.endsWith('.test.ts')).map(name => `${folder}/${name}`));
  await build({
    ...node,
    entryPoints: tests.map(path => ({ in: path, out: path.replace(/^\.\.\/board\/test\//, 'board-').replace(/^test\//, '').replace(/\.ts$/, '') })),
    outdir: 'dist/test',
    outExtension: { '.js': '.cjs' },
    external: ['vscode-oniguruma', 'vscode-textmate'],
    sourcemap: 'inline',
  });
}

if (has('--assets')) {
  mkdirSync(assets, { recursive: true });
  for (const name of ['board.js', 'board.css', 'index.html']) {
    copyFileSync(`dist/${name}`, `${assets}/${name}`);
  }
}

if (production) {
  for (const name of ['LICENSE-MIT', 'LICENSE-APACHE']) {
    copyFileSync(`../../${name}`, name);
  }
  writeFileSync('dist/THIRD-PARTY.txt', thirdParties(Object.keys(metafile.inputs)));
}

/** The licences of the packages that are in the bundle, which they ask to be passed on. */
function thirdParties(inputs) {
  const folders = new Set(inputs.map(file => file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]).filter(Boolean));
  return [...folders].sort().map(folder => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const file = readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry));
    const text = file && existsSync(`${folder}/${file}`) ? readFileSync(`${folder}/${file}`, 'utf8').trim() : '';
    return `${name} ${version} (${license})\n\n${text}\n`;
  }).join(`\n${'-'.repeat(78)}\n\n`);
}
