// What package.json promises is held to the code and to the server.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { initializationOptions } from '../src/options';
import { notOffered, offered } from '../src/palette';
import { needTrust, trustFirst } from '../src/trust';

interface Menu { readonly command: string; readonly when?: string }
interface Manifest {
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly supported: unknown; readonly description: string; readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string; readonly icon?: string; readonly enablement?: string }[];
    readonly menus: Readonly<Record<string, readonly Menu[]>>;
    readonly colors: readonly { readonly id: string }[];
    readonly configuration: readonly { readonly properties: Readonly<Record<string, { readonly description?: string; readonly markdownDescription?: string; readonly default?: unknown }>> }[];
    readonly grammars: readonly { readonly path: string; readonly injectTo: readonly string[] }[];
    readonly walkthroughs: readonly { readonly steps: readonly { readonly description: string; readonly media: { readonly markdown: string } }[] }[];
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string; readonly when: string }[];
  };
}

const read = (path: string): string => readFileSync(path, 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const { contributes } = manifest;
const declared = new Map(contributes.commands.map(it => [it.command, it]));
const registered = [...read('src/extension.ts').matchAll(/^ {4}'(docket\.[\w.]+)':/gm)].map(it => it[1] ?? '');
/** As the server lists them. */
const ofServer = (() => {
  const source = read('../../server/src/lsp/commands.rs');
  const list = /NAMES: &\[&str\] = &\[([^\]]*)\]/.exec(source)?.[1] ?? '';
  const constants = new Map([...source.matchAll(/const (\w+): &str = "(docket\.\w+)";/g)].map(it => [it[1], it[2]]));
  return list.split(',').map(it => it.trim()).filter(it => it !== '').map(it => it.startsWith('"') ? it.slice(1, -1) : constants.get(it) ?? it);
})();

test('every command of the server has an entry in the palette, or a reason why not', () => {
  assert.ok(ofServer.length > 5, ofServer.join());
  for (const command of ofServer) {
    assert.ok(offered[command] !== undefined || notOffered[command] !== undefined, `${command}: name it in src/palette.ts`);
  }
  for (const [command, title] of Object.entries(offered)) {
    assert.ok(ofServer.includes(command), `the server has no ${command} any more`);
    assert.equal(declared.get(command)?.title, title);
  }
  for (const [command, reason] of Object.entries(notOffered)) {
    assert.ok(ofServer.includes(command) && !declared.has(command) && reason.length > 10, command);
  }
});

test('every command that is declared is there, and the other way round', () => {
  const here = new Set([...registered, ...ofServer]);
  for (const command of declared.keys()) {
    assert.ok(here.has(command), `${command} is declared and nobody answers it`);
  }
  for (const command of registered) {
    assert.ok(declared.has(command) || command === 'docket.openFile', `${command} has no entry`);
  }
  for (const { category, command } of contributes.commands) {
    assert.equal(category, 'Docket', command);
  }
});

test('what talks to GitHub waits for trust, and a workspace does not choose the program', () => {
  for (const [command, { enablement = '' }] of declared) {
    // what is only grey says nothing of what to do first
    assert.doesNotMatch(enablement, /isWorkspaceTrusted/, command);
  }
  for (const command of needTrust) {
    assert.ok(ofServer.includes(command), command);
    assert.match(trustFirst(command, 'untrusted') ?? '', /Trust the workspace first/);
    assert.equal(trustFirst(command, 'trusted'), undefined);
  }
  assert.equal(trustFirst('docket.setStatus', 'untrusted'), undefined);
  assert.deepEqual(initializationOptions('untrusted'), { trusted: false });
  const { supported, description, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
  assert.equal(supported, 'limited');
  assert.ok(description.length > 20);
  assert.deepEqual(restrictedConfigurations, ['docket.server.path']);
});

test('menus, links and colours name what there is', () => {
  const known = (command: string): boolean => declared.has(command) || !command.startsWith('docket.') || command === 'docket.tickets.focus';
  for (const { command } of Object.values(contributes.menus).flat()) {
    assert.ok(declared.has(command), command);
  }
  const texts = [...contributes.viewsWelcome.map(it => it.contents), ...contributes.walkthroughs.flatMap(it => it.steps.map(step => step.description))];
  for (const command of texts.flatMap(text => [...text.matchAll(/command:([\w.]+)/g)].map(it => it[1] ?? ''))) {
    assert.ok(known(command), command);
  }
  for (const name of ['todo', 'fixme', 'hack', 'perf', 'note', 'other']) {
    assert.ok(contributes.colors.some(it => it.id === `docket.${name}`) && existsSync(`media/${name}.svg`), name);
  }
});

test('an empty view says why, and what to do, in every state', () => {
  for (const view of ['docket.tickets', 'docket.todos']) {
    for (const when of ['workspaceFolderCount == 0', 'docket.state == failed', 'docket.state == stopped', 'docket.state == waiting']) {
      const texts = contributes.viewsWelcome.filter(it => it.view === view && it.when.includes(when));
      assert.ok(texts.length === 1 && texts[0]?.contents.includes('](command:'), `${view}: ${when}`);
    }
  }
});

test('what hides in context menus is not in the palette, where it has no ticket', () => {
  const hidden = (contributes.menus['commandPalette'] ?? []).filter(it => it.when === 'false').map(it => it.command);
  for (const { command } of contributes.menus['view/item/context'] ?? []) {
    assert.ok(hidden.includes(command) || command === 'docket.preview', command);
  }
});

test('every setting says what it does and has a default', () => {
  for (const [name, setting] of contributes.configuration.flatMap(it => Object.entries(it.properties))) {
    assert.ok((setting.description ?? setting.markdownDescription ?? '').length > 20 && setting.default !== undefined, name);
  }
});

test('what is shown when takes the values that the server takes', () => {
  interface Definitions { readonly $defs: { readonly When: { readonly oneOf: readonly ({ readonly const: string } | { readonly enum: readonly string[] })[] } } }
  const { $defs } = JSON.parse(read('schemas/docket.schema.json')) as Definitions;
  const modes = $defs.When.oneOf.flatMap(it => 'const' in it ? [it.const] : it.enum);
  assert.equal(modes.length, 4, modes.join());
  const settings = new Map(contributes.configuration.flatMap(it => Object.entries(it.properties)));
  for (const name of ['diagnostics', 'hints', 'lenses']) {
    const { type, default: otherwise, enum: values = [] } = settings.get(`docket.${name}`) as { type: unknown; default: unknown; enum?: readonly unknown[] };
    assert.deepEqual(type, ['string', 'boolean', 'null'], name);
    assert.deepEqual(new Set(values), new Set([null, true, false, ...modes]), name);
    // what the editor says stands over docket.toml, so that by itself it says nothing
    assert.equal(otherwise, null, name);
  }
});

test('the files that it names are there', () => {
  for (const path of [...contributes.grammars.map(it => it.path), ...contributes.walkthroughs.flatMap(it => it.steps.map(step => step.media.markdown))]) {
    assert.ok(existsSync(path), path);
  }
});

test('nothing happens at the start of an editor without a project', () => {
  assert.ok(!manifest.activationEvents.some(it => it === '*' || it === 'onStartupFinished'), manifest.activationEvents.join());
});

test('the server carries the board as it is built', () => {
  for (const name of ['board.js', 'board.css', 'index.html']) {
    assert.equal(read(`../../server/src/http/assets/${name}`), read(`dist/${name}`), `npm run assets writes server/src/http/assets/${name} anew`);
  }
});

test('the board asks nothing of the network', () => {
  const text = read('dist/board.js') + read('dist/board.css') + read('dist/index.html');
  const addresses = [...text.matchAll(/https?:\/\/[^\s'"`)]+/g)].map(it => it[0]).filter(it => it !== 'http://www.w3.org/2000/svg');
  assert.deepEqual(addresses, []);
});
