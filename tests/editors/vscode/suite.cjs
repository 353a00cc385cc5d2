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

  const view = name => vscode.extensions.getExtension('docket.docket').exports[name];
  /** The tree as it is drawn: one line a node, indented. */
  const drawn = (name, node, indent = '') => view(name).getChildren(node).map(child => {
    const item = view(name).getTreeItem(child);
    return `${indent}${typeof item.label === 'string' ? item.label : item.label.label}\n${drawn(name, child, `${indent}  `)}`;
  }).join('');
  const find = (name, id, node) => {
    for (const child of view(name).getChildren(node)) {
      const found = child.row?.id === id || child.label === id ? child : find(name, id, child);
      if (found) return found;
    }
    return undefined;
  };
  const onDisk = name => fs.readFileSync(path.join(project, name), 'utf8');

  test('the tree of tickets is there, by status', async () => {
    await eventually('tree', () => /^in-progress\n {2}Parse bodies that span several lines$/m.test(drawn('tickets')), () => drawn('tickets'));
    const item = view('tickets').getTreeItem(find('tickets', 'T-7k3f'));
    assert.match(item.description, /^T-7k3f · @ana · due 2031-12-01 · 1\/2$/);
    assert.match(item.accessibilityInformation.label, /in-progress, high priority/);
    const resolved = await view('tickets').resolveTreeItem(item, find('tickets', 'T-7k3f'));
    assert.match(resolved.tooltip.value, /\[x\] Continuation lines are read/);
  });

  test('a ticket that is dropped on another status gets it', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const data = new vscode.DataTransfer();
    view('tickets').handleDrag([find('tickets', 'T-7k3f')], data);
    await view('tickets').handleDrop(find('tickets', 'review'), data);
    await eventually('status in the file', () => /^status: review$/m.test(onDisk(ticketFile)), () => onDisk(ticketFile));
    await eventually('ticket below its new status', () => /^review\n {2}Parse bodies/m.test(drawn('tickets')), () => drawn('tickets'));
    await vscode.commands.executeCommand('docket.setStatus', { ticket: 'T-7k3f', status: 'in-progress' });
    await eventually('ticket where it was', () => /^in-progress\n {2}Parse bodies/m.test(drawn('tickets')), () => drawn('tickets'));
  });

  test('the tree of TODOs leads to each', async () => {
    await eventually('tree', () => /^main\.rs$/m.test(drawn('todos')), () => drawn('todos'));
    const todo = view('todos').getChildren().flatMap(group => view('todos').getChildren(group)).find(it => it.row.ticket === 'T-7k3f');
    const { command } = view('todos').getTreeItem(todo);
    await vscode.commands.executeCommand(command.command, ...command.arguments);
    assert.equal(vscode.window.activeTextEditor.selection.start.line, line(6));
    main = vscode.window.activeTextEditor.document;
  });

  test('one goes from TODO to TODO', async () => {
    const editor = vscode.window.activeTextEditor;
    // The window tells the extension host of each move after it was made: a step that does not wait for
    // that starts from where the one before it began.
    const arrives = (expected, move) => new Promise((done, failed) => {
      const seen = [];
      const late = setTimeout(() => failed(new Error(`line ${expected} never came, but ${seen}`)), 5000);
      const listener = vscode.window.onDidChangeTextEditorSelection(event => {
        seen.push(event.selections[0].active.line + 1);
        if (seen.at(-1) !== expected) return;
        clearTimeout(late);
        listener.dispose();
        done();
      });
      move();
    });
    await arrives(1, () => { editor.selection = new vscode.Selection(0, 0, 0, 0); });
    for (const expected of [4, 6, 7, 8, 4]) {
      await arrives(expected, () => vscode.commands.executeCommand('docket.nextTodo'));
    }
    await arrives(8, () => vscode.commands.executeCommand('docket.previousTodo'));
  });

  test('board and preview open, each once', async () => {
    const tabs = () => vscode.window.tabGroups.all.flatMap(group => group.tabs).filter(tab => tab.input instanceof vscode.TabInputWebview).map(tab => tab.label);
    await vscode.commands.executeCommand('docket.openBoard');
    await vscode.commands.executeCommand('docket.openBoard');
    await vscode.commands.executeCommand('docket.preview', uri(ticketFile));
    await vscode.commands.executeCommand('docket.preview', uri('.docs/tickets/T-9x2m-old-work.md'));
    await eventually('two panels', () => tabs().join() === 'Board,T-9x2m', tabs);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  test('every command that is declared is there', async () => {
    const declared = vscode.extensions.getExtension('docket.docket').packageJSON.contributes.commands.map(it => it.command);
    const commands = await vscode.commands.getCommands(true);
    assert.deepEqual(declared.filter(it => !commands.includes(it)), []);
  });

  test('a server that is killed starts again, and the views are there again', async () => {
    const server = fs.readdirSync('/proc').filter(it => /^\d+$/.test(it)).find(pid => {
      try {
        const [, parent] = /^PPid:\s*(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
        return Number(parent) === process.pid && fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('\0lsp');
      } catch {
        return false;
      }
    });
    assert.ok(server, 'the server is no child of the extension host');
    const state = () => view('state')().kind;
    assert.equal(state(), 'running');
    process.kill(Number(server), 'SIGKILL');
    await eventually('word of it', () => state() === 'waiting', state);
    await eventually('another server', () => state() === 'running', state);
    await eventually('tree', () => /Parse bodies/.test(drawn('tickets')), () => drawn('tickets'));
  });

  test('a program of another kind is named as the reason', async () => {
    const settings = process.env.DOCKET_TEST_MACHINE_SETTINGS;
    const before = fs.readFileSync(settings, 'utf8');
    const odd = path.join(path.dirname(settings), 'odd');
    const header = Buffer.alloc(64);
    header.set([0x7f, 0x45, 0x4c, 0x46]);
    header[18] = process.arch === 'x64' ? 0xb7 : 0x3e;
    fs.writeFileSync(odd, header, { mode: 0o755 });
    const state = () => view('state')();
    try {
      fs.writeFileSync(settings, JSON.stringify({ 'docket.server.path': odd }));
      const failed = await eventually('failure', () => state().kind === 'failed' && state(), state);
      assert.match(failed.message, /built for another kind of machine/);
    } finally {
      fs.writeFileSync(settings, before);
    }
    await eventually('running server', () => state().kind === 'running', state);
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
      const { activation } = vscode.extensions.getExtension('docket.docket')?.exports ?? {};
      report(`VS Code ${vscode.version}; activated in ${Number(activation).toFixed(1)} ms\n${passed} passed, ${failed} failed`);
      if (failed === 0 && passed > 0) resolve(); else reject(new Error(`${failed} failed`));
    });
});
