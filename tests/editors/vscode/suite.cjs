// What a user of docket sees in VS Code; runs inside its extension host, with the whole `vscode` API.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const Mocha = require('mocha');
const vscode = require('vscode');

const project = process.env.DOCKET_TEST_PROJECT;
const patience = 30_000;
const line = number => number - 1;
const uri = name => vscode.Uri.file(path.join(project, name));
const ticketFile = '.docs/tickets/T-7k3f-parse-spans.md';

/** Wait until `probe` answers anything but undefined, null and false; `seen` says what there is instead. */
async function eventually(what, probe, seen = probe) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`no ${what} within ${patience / 1000} s; there is ${JSON.stringify(await seen())}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

async function open(name) {
  const document = await vscode.workspace.openTextDocument(uri(name));
  await vscode.window.showTextDocument(document, { preview: false });
  return document;
}

const code = diagnostic => typeof diagnostic.code === 'object' ? diagnostic.code.value : diagnostic.code;
const findings = document => vscode.languages.getDiagnostics(document.uri).filter(diagnostic => diagnostic.source === 'docket');
const finding = (document, rule, number) =>
  findings(document).find(diagnostic => code(diagnostic) === rule && (!number || diagnostic.range.start.line === line(number)));
const shown = document => findings(document).map(d => `${d.range.start.line + 1}:${d.range.start.character + 1} ${code(d)} ${d.message}`);
const awaitFinding = (document, rule, number) =>
  eventually(`${rule} on line ${number}`, () => finding(document, rule, number), () => shown(document));
const awaitNone = (document, rule, number) =>
  eventually(`end of ${rule} on line ${number}`, () => !finding(document, rule, number), () => shown(document));

async function replaceLine(document, number, text) {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, document.lineAt(line(number)).range, text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

/** Replace a line while `run` looks at what comes of it; whatever happens, it is put back. */
async function withLine(document, number, text, run) {
  const before = document.lineAt(line(number)).text;
  await replaceLine(document, number, text);
  try {
    await run();
  } finally {
    await replaceLine(document, number, before);
  }
}

/** Take the code action at a place whose title contains a text, as the light bulb would. */
async function act(document, position, title) {
  const actions = await vscode.commands.executeCommand(
    'vscode.executeCodeActionProvider', document.uri, new vscode.Range(position, position), undefined, 20);
  const action = actions.find(candidate => candidate.title.toLowerCase().includes(title.toLowerCase()));
  assert.ok(action, `no action "${title}" among ${JSON.stringify(actions.map(candidate => candidate.title))}`);
  if (action.edit) assert.ok(await vscode.workspace.applyEdit(action.edit), 'the edit was refused');
  if (action.command) await vscode.commands.executeCommand(action.command.command, ...(action.command.arguments ?? []));
  return action;
}

const tickets = () => fs.readdirSync(path.join(project, '.docs/tickets')).sort();
const text = contents => contents.map(content => typeof content === 'string' ? content : content.value).join('\n');

function declare(test) {
  let main;

  test('the packed extension starts by itself', async () => {
    const extension = vscode.extensions.getExtension('docket.docket');
    assert.ok(extension, 'the extension is not installed');
    await eventually('active extension', () => extension.isActive);
    const version = process.env.DOCKET_TEST_VERSION;
    if (/^\d/.test(version)) assert.ok(vscode.version.startsWith(version), vscode.version);
  });

  test('diagnostics of source: each rule at its place', async () => {
    main = await open('src/main.rs');
    const untracked = await awaitFinding(main, 'untracked-todo', 4);
    assert.equal(untracked.severity, vscode.DiagnosticSeverity.Hint);
    const unknown = await awaitFinding(main, 'unknown-ticket', 7);
    assert.equal(unknown.severity, vscode.DiagnosticSeverity.Error);
    // the crab before it is two units of UTF-16
    assert.ok(main.getText(unknown.range).includes('T-2222'), main.getText(unknown.range));
    assert.equal((await awaitFinding(main, 'stale-todo', 8)).severity, vscode.DiagnosticSeverity.Warning);
    assert.equal(finding(main, 'untracked-todo', 5), undefined, 'a string is no TODO');
  });

  test('an inlay hint says how the ticket stands', async () => {
    const all = () => vscode.commands.executeCommand('vscode.executeInlayHintProvider', main.uri, new vscode.Range(0, 0, main.lineCount, 0));
    const hint = await eventually('inlay hint on line 6', async () => (await all()).find(entry => entry.position.line === line(6)), all);
    const label = typeof hint.label === 'string' ? hint.label : hint.label.map(part => part.value).join('');
    assert.match(label, /in-progress/);
    assert.match(label, /ana/);
    assert.ok([...label].length <= 60, label);
  });

  test('hints can be switched off, and on again, without a restart', async () => {
    const settings = vscode.workspace.getConfiguration('docket');
    const all = () => vscode.commands.executeCommand('vscode.executeInlayHintProvider', main.uri, new vscode.Range(0, 0, main.lineCount, 0));
    await settings.update('hints', false, vscode.ConfigurationTarget.Workspace);
    await eventually('end of hints', async () => (await all()).length === 0, all);
    await settings.update('hints', undefined, vscode.ConfigurationTarget.Workspace);
    await eventually('hints', async () => (await all()).length > 0, all);
  });

  test('hover shows the card of a ticket', async () => {
    const hovers = await vscode.commands.executeCommand('vscode.executeHoverProvider', main.uri, new vscode.Position(line(6), 13));
    const card = hovers.map(hover => text(hover.contents)).join('\n');
    assert.match(card, /Parse bodies that span several lines/);
    assert.match(card, /in-progress/);
  });

  test('completion finds a ticket by its title', async () => {
    await withLine(main, 9, '    // TODO(spans', async () => {
      const list = await vscode.commands.executeCommand('vscode.executeCompletionItemProvider', main.uri, new vscode.Position(line(9), 17));
      const inserted = item => typeof item.insertText === 'string' ? item.insertText : item.insertText?.value ?? '';
      const labels = list.items.map(item => `${typeof item.label === 'string' ? item.label : item.label.label} ${inserted(item)}`);
      assert.ok(labels.some(label => label.includes('T-7k3f')), JSON.stringify(labels.slice(0, 20)));
    });
  });

  test('definition leads from an id to its ticket', async () => {
    const places = await vscode.commands.executeCommand('vscode.executeDefinitionProvider', main.uri, new vscode.Position(line(6), 13));
    const targets = places.map(place => (place.targetUri ?? place.uri).fsPath);
    assert.deepEqual(targets, [path.join(project, ticketFile)]);
  });

  test('references lead from a ticket to its mentions', async () => {
    const places = await vscode.commands.executeCommand('vscode.executeReferenceProvider', main.uri, new vscode.Position(line(6), 13));
    assert.ok(places.some(place => place.uri.fsPath.endsWith('src/main.rs') && place.range.start.line === line(6)), JSON.stringify(places));
  });

  test('typing a TODO shows it, taking it back removes it', async () => {
    await withLine(main, 9, '    // FIXME: not saved yet', () => awaitFinding(main, 'untracked-todo', 9));
    await awaitNone(main, 'untracked-todo', 9);
  });

  test('a code action makes a ticket from a TODO', async () => {
    const before = tickets();
    await act(main, new vscode.Position(line(4), 9), 'create a ticket');
    const id = await eventually('reference in the source',
      () => /TODO\((T-\w+)\): read the configuration/.exec(main.lineAt(line(4)).text)?.[1], () => main.lineAt(line(4)).text);
    const made = await eventually('ticket file', () => tickets().find(name => !before.includes(name)), tickets);
    assert.ok(made.startsWith(id), made);
    const content = () => fs.readFileSync(path.join(project, '.docs/tickets', made), 'utf8');
    await eventually('saved ticket', async () => {
      await vscode.workspace.saveAll(false);
      return new RegExp(`^id: ${id}$`, 'm').test(content());
    }, content);
    const ticket = content();
    assert.match(ticket, /read the configuration/i);
    await awaitNone(main, 'untracked-todo', 4);
    await awaitNone(main, 'unknown-ticket', 4);
  });

  test('a ticket file is checked as it is written, and mended by a code action', async () => {
    const ticket = await open(ticketFile);
    const number = ticket.getText().split('\n').findIndex(entry => entry.startsWith('status:')) + 1;
    await withLine(ticket, number, 'status: in-progres', async () => {
      const invalid = await awaitFinding(ticket, 'invalid-field', number);
      assert.match(invalid.message, /in-progress/);
      await act(ticket, invalid.range.start, 'in-progress');
      await eventually('mended field',
        () => ticket.lineAt(line(number)).text === 'status: in-progress', () => ticket.lineAt(line(number)).text);
      await awaitNone(ticket, 'invalid-field', number);
    });
  });

  test('a changed ticket changes what the source shows', async () => {
    const ticket = await open(ticketFile);
    const number = ticket.getText().split('\n').findIndex(entry => entry.startsWith('status:')) + 1;
    await open('src/main.rs');
    await withLine(ticket, number, 'status: done', () => awaitFinding(main, 'stale-todo', 6));
    await awaitNone(main, 'stale-todo', 6);
    await vscode.workspace.saveAll(false);
  });

  test('the commands are offered', async () => {
    const commands = await vscode.commands.getCommands(true);
    for (const wanted of ['docket.restart', 'docket.showLog', 'docket.showVersion', 'docket.status', 'docket.createTicket']) {
      assert.ok(commands.includes(wanted), `${wanted} is not among ${commands.filter(name => name.startsWith('docket.'))}`);
    }
  });

  test('after a restart everything is there again', async () => {
    await vscode.commands.executeCommand('docket.restart');
    await open('src/main.rs');
    await awaitFinding(main, 'unknown-ticket', 7);
  });
}

/** Called by VS Code; rejects where a test failed. */
exports.run = () => new Promise((resolve, reject) => {
  const report = entry => fs.appendFileSync(process.env.DOCKET_TEST_REPORT, `${entry}\n`);
  const mocha = new Mocha({ ui: 'bdd', timeout: patience * 2, reporter: function quiet() {} });
  mocha.suite.emit('pre-require', global, null, mocha);
  declare(global.it);
  let passed = 0;
  let failed = 0;
  mocha.run()
    .on('pass', test => { passed += 1; report(`ok     ${test.title} (${test.duration} ms)`); })
    .on('fail', (test, error) => { failed += 1; report(`FAILED ${test.title}\n${error.stack}`); })
    .on('end', () => {
      report(`VS Code ${vscode.version}\n${passed} passed, ${failed} failed`);
      if (failed === 0 && passed > 0) resolve(); else reject(new Error(`${failed} failed`));
    });
});
