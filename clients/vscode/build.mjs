// Bundle the extension into dist/, with --production for the package, with --tests its unit tests too.
import { build } from 'esbuild';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const production = process.argv.includes('--production');
const common = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'warning' };

rmSync('dist', { recursive: true, force: true });
const { metafile } = await build({
  ...common,
  metafile: true,
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.js',
  external: ['vscode'],
  minify: production,
  sourcemap: production ? false : 'linked',
});
if (process.argv.includes('--tests')) {
  // Only modules that know nothing of `vscode` are tested here; an import of it fails the run.
  await build({
    ...common,
    entryPoints: readdirSync('test').filter(name => name.endsWith('.test.ts')).map(name => `test/${name}`),
    outdir: 'dist/test',
    outExtension: { '.js': '.cjs' },
    sourcemap: 'inline',
  });
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
