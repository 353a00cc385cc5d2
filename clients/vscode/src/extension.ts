// docket in VS Code: starts the language server and shows what it knows. What docket knows and decides is in the server.
import { execFile } from 'node:child_process';
import * as vscode from 'vscode';
import { asker } from './ask';
import { Board } from './board';
import { followCursor } from './cursor';
import { askCriterion, askField, askPerson, askStatus, type ChosenTicket, comparison, completeArguments, createdFile, describeAnswer, type FieldName, forEachChosen, joinedDiscussion } from './commands';
import { Discussions } from './discussion';
import { Highlight } from './highlight';
import { carryOut, fileOf, Model } from './model';
import { newTicket } from './newTicket';
import { documentSelector } from './options';
import { registerPaste } from './paste';
import { Preview } from './preview';
import { Server } from './server';
import { type ServerState, statusEntry } from './status';
import { runInTerminal } from './terminal';
import { TicketsView } from './ticketsView';
import { selectedWith, type TicketNode, type TreeNode } from './ticketTree';
import { TodosView, rangeOf } from './todosView';
import { nextTodo, type TodoNode } from './todoTree';
import { trustFirst } from './trust';

/** What the tests look at. */
export interface Api {
  /** What activating took, in milliseconds. */
  readonly activation: number;
  readonly tickets: TicketsView;
  readonly todos: TodosView;
  readonly state: () => ServerState;
}

let server: Server | undefined;

export function activate(context: vscode.ExtensionContext): Api {
  const begun = performance.now();
  const log = vscode.window.createOutputChannel('docket', { log: true });
  const started = new Server(context, log, (command, given, next) => runCommand(command, given, next));
  server = started;
  const model = new Model(started, log);
  const ask = asker(model);
  const tickets = new TicketsView(model, context.workspaceState);
  const todos = new TodosView(model, context.workspaceState);
  const board = new Board(context.extensionUri, started, model);
  const discussions = new Discussions();
  const preview = new Preview(context.extensionUri, started, model);

  /** A command of the server: what a program called for is the program's, what a person called for is asked for and shown. */
  async function runCommand(command: string, given: readonly unknown[], next: (complete: unknown[]) => Promise<unknown>): Promise<unknown> {
    const first = trustFirst(command, started.trust);
    if (first !== undefined) {
      await askForTrust(first);
      return undefined;
    }
    const complete = await completeArguments(command, given, ask);
    if (!complete) {
      return undefined;
    }
    const answer = await next(complete);
    const both = command === 'docket.showConflict' ? comparison(answer) : undefined;
    if (both) {
      await vscode.commands.executeCommand('vscode.diff', vscode.Uri.parse(both.mine), vscode.Uri.parse(both.theirs), both.title);
    }
    const joined = command === 'docket.discuss' ? joinedDiscussion(answer) : undefined;
    if (joined) {
      await discussions.open(joined.row, joined.root);
    } else if (given.length === 0) {
      await show(command, answer);
    }
    return answer;
  }

  /** A command on a node of the tree and what is selected with it; from a key or the palette, on a ticket that is asked for. */
  const onTicket = (command: string, argumentOf: (chosen: ChosenTicket) => Promise<object | undefined>, which: 'selected' | 'one' = 'selected') =>
    async (node: TicketNode | undefined, selection?: readonly TreeNode[]): Promise<void> => {
      const project = model.tickets?.find(it => it.root === node?.root);
      const also = node && which === 'selected' ? selectedWith(node, selection).slice(1) : [];
      const chosen = node && project ? { row: node.row, project, also } : await ask.ticket('Which ticket?');
      const argument = chosen && (await argumentOf(chosen));
      for (const each of chosen && argument ? forEachChosen(argument, chosen) : []) {
        if (!(await carryOut(command, each))) {
          return;
        }
      }
    };
  const field = (name: FieldName) => onTicket('docket.set', chosen => askField(ask, chosen, name));
  const named = async ({ row, project }: ChosenTicket): Promise<object> => ({ ticket: row.id, root: project.root });

  /** Shows the TODO in its file, then has the server act on it there. */
  const onTodo = (command: string) => async (node: TodoNode | undefined): Promise<void> => {
    if (!node) {
      await vscode.commands.executeCommand(command);
      return;
    }
    const uri = fileOf(node.root, node.row.path);
    await openFile(uri, rangeOf(node.row));
    const place = { uri: uri.toString(), position: node.row.keywordRange.start };
    const chosen = command === 'docket.linkTodo' ? await ask.ticket('Which ticket is the TODO of?') : undefined;
    if (command === 'docket.linkTodo' && !chosen) {
      return;
    }
    await carryOut(command, chosen ? { ...place, ticket: chosen.row.id } : place);
  };

  const commands: Readonly<Record<string, (...given: never[]) => unknown>> = {
    'docket.restart': () => started.restart(),
    'docket.showLog': () => log.show(),
    'docket.showVersion': () => vscode.window.showInformationMessage(started.describe()),
    'docket.menu': () => menu(started),
    'docket.init': () => init(started, model),
    'docket.openBoard': () => board.show(),
    'docket.boardAsText': async () => {
      const uri = await ask.project();
      // a file, since what is only looked at cannot be rearranged; the server shows it
      return uri === undefined ? undefined : vscode.commands.executeCommand('docket.board', { uri, file: true });
    },
    'docket.boardInBrowser': () => {
      const binary = started.binary();
      const folder = folderOf(model);
      if (binary.found && folder) {
        void runInTerminal(binary.path, ['board', '--web'], folder);
      } else {
        void vscode.window.showInformationMessage(binary.found ? 'Open a folder first.' : binary.message);
      }
    },
    'docket.newTicket': (given?: { root?: string; status?: string }) => newTicket(model, given),
    'docket.openTicket': async () => {
      const chosen = await ask.ticket('Open which ticket?');
      return chosen && openFile(fileOf(chosen.project.root, chosen.row.path));
    },
    'docket.openFile': openFile,
    'docket.preview': async (given?: TicketNode | vscode.Uri) => {
      const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
      const at = given && 'row' in given ? { row: given.row, project: { root: given.root } } : uri && model.ticketAt(uri);
      const chosen = at ?? await ask.ticket('Preview which ticket?');
      return chosen && preview.show(chosen.row.id, chosen.project.root);
    },
    'docket.nextTodo': () => goToTodo(model, 'next'),
    'docket.previousTodo': () => goToTodo(model, 'previous'),
    'docket.refresh': () => model.refresh(),
    'docket.tickets.groupBy': () => tickets.chooseGrouping(),
    'docket.tickets.filter': () => tickets.askFilter(),
    'docket.tickets.clearFilter': () => tickets.setFilter(''),
    'docket.tickets.showClosed': () => tickets.showClosed('shown'),
    'docket.tickets.hideClosed': () => tickets.showClosed('hidden'),
    'docket.tickets.setStatus': onTicket('docket.setStatus', chosen => askStatus(ask, chosen)),
    'docket.tickets.assignMe': onTicket('docket.assign', named),
    'docket.tickets.assign': onTicket('docket.assign', chosen => askPerson(ask, chosen)),
    'docket.tickets.setPriority': field('priority'),
    'docket.tickets.setMilestone': field('milestone'),
    'docket.tickets.setLabels': field('labels'),
    'docket.tickets.setParent': field('parent'),
    'docket.tickets.setDue': field('due'),
    'docket.tickets.tick': onTicket('docket.toggleCriterion', chosen => askCriterion(ask, chosen), 'one'),
    'docket.tickets.copyId': (node?: TicketNode, selection?: readonly TreeNode[]) =>
      node && vscode.env.clipboard.writeText(selectedWith(node, selection).map(it => it.row.id).join(', ')),
    'docket.tickets.startWork': (node?: TicketNode) => node && startWork(started, node),
    'docket.todos.groupBy': () => todos.chooseGrouping(),
    'docket.todos.filter': () => todos.askFilter(),
    'docket.todos.clearFilter': () => todos.setFilter(''),
    'docket.todos.showMine': () => todos.show('mine'),
    'docket.todos.showNew': () => todos.show('new'),
    'docket.todos.showAll': () => todos.show('all'),
    'docket.todos.createTicket': onTodo('docket.createTicket'),
    'docket.todos.link': onTodo('docket.linkTodo'),
    'docket.todos.openTicket': async (node?: TodoNode) => {
      const card = node?.row.ticket ? await model.card(node.row.ticket, node.root) : undefined;
      return card && openFile(fileOf(card.root, card.ticket.path));
    },
  };
  for (const [name, run] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, run as (...given: unknown[]) => unknown));
  }

  context.subscriptions.push(
    log, started, model, tickets, todos, board, preview, discussions, registerPaste(model), new Highlight(context, model, started), statusItem(started), followCursor(started),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      // it was told at its start that the workspace is not trusted
      if (started.state.kind !== 'stopped') {
        void started.restart();
      }
    }),
    vscode.workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration('docket.server')) {
        void started.restart();
      }
    }),
  );
  begin(context, started);
  const activation = performance.now() - begun;
  log.info(`activated in ${activation.toFixed(1)} ms`);
  return { activation, tickets, todos, state: () => started.state };
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

/** Starts the server, once there is something for it; nobody waits for it to have started. */
function begin(context: vscode.ExtensionContext, started: Server): void {
  if (hasWork()) {
    void started.start();
    return;
  }
  // An empty window needs no server; the first folder or file of it does.
  const waiting: vscode.Disposable[] = [];
  const look = (): void => {
    if (hasWork()) {
      waiting.forEach(listener => listener.dispose());
      void started.start();
    }
  };
  waiting.push(vscode.workspace.onDidOpenTextDocument(look), vscode.workspace.onDidChangeWorkspaceFolders(look));
  context.subscriptions.push(...waiting);
}

/** Whether a folder or a document is open that docket can read. */
function hasWork(): boolean {
  const schemes = documentSelector.map(filter => filter.scheme);
  return (vscode.workspace.workspaceFolders?.length ?? 0) > 0
    || vscode.workspace.textDocuments.some(document => schemes.includes(document.uri.scheme));
}

/** The entry of the status bar: the state in an icon, and what can be done in its tooltip and its menu. */
function statusItem(started: Server): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem('docket.status', vscode.StatusBarAlignment.Left);
  item.name = 'docket';
  item.command = 'docket.menu';
  const draw = (): void => {
    const entry = statusEntry(started.state);
    const tooltip = new vscode.MarkdownString(entry.tooltip);
    tooltip.isTrusted = { enabledCommands: ['docket.openBoard', 'docket.restart', 'docket.showLog'] };
    item.text = entry.text;
    item.tooltip = tooltip;
    item.accessibilityInformation = { label: entry.spoken };
    item.backgroundColor = entry.warning ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    item.show();
    void vscode.commands.executeCommand('setContext', 'docket.running', started.state.kind === 'running');
    void vscode.commands.executeCommand('setContext', 'docket.state', started.state.kind);
  };
  started.onState(draw);
  draw();
  return item;
}

async function menu(started: Server): Promise<void> {
  const items = [
    { label: '$(project) Open board', command: 'docket.openBoard' },
    { label: '$(add) New ticket', command: 'docket.newTicket' },
    { label: '$(go-to-file) Open ticket', command: 'docket.openTicket' },
    { label: '$(debug-restart) Restart server', command: 'docket.restart' },
    { label: '$(output) Show log', command: 'docket.showLog' },
    { label: '$(gear) Settings', command: 'workbench.action.openSettings', given: 'docket.' },
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: started.describe(), placeHolder: 'docket' });
  if (chosen) {
    await vscode.commands.executeCommand(chosen.command, ...chosen.given === undefined ? [] : [chosen.given]);
  }
}

/** Shows a file, at a place of it where one is given. It may be gone by now, and says so. */
async function openFile(uri: vscode.Uri, range?: vscode.Range, where?: 'beside'): Promise<void> {
  try {
    await vscode.window.showTextDocument(uri, {
      ...(range && { selection: range }), ...(where === 'beside' && { viewColumn: vscode.ViewColumn.Beside }),
    });
  } catch (error) {
    void vscode.window.showErrorMessage(`${uri.fsPath} cannot be shown: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function goToTodo(model: Model, way: 'next' | 'previous'): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    return;
  }
  const rows = (await model.todosOf(editor.document))?.projects?.flatMap(it => it.todos) ?? [];
  const row = nextTodo(rows, editor.selection.active, way);
  if (!row) {
    void vscode.window.setStatusBarMessage('docket: no TODO in this file', 3000);
    return;
  }
  const range = rangeOf(row);
  editor.selection = new vscode.Selection(range.start, range.start);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** The folder that a command without a file is for. */
function folderOf(model: Model): vscode.Uri | undefined {
  const project = model.projectOf(vscode.window.activeTextEditor?.document.uri);
  return project ? vscode.Uri.parse(project.root) : vscode.workspace.workspaceFolders?.[0]?.uri;
}

/** `docket init` in the folder, which changes no file that is there. */
async function init(started: Server, model: Model): Promise<void> {
  const binary = started.binary();
  const folder = folderOf(model);
  if (!binary.found || !folder) {
    void vscode.window.showErrorMessage(binary.found ? 'Open a folder first.' : binary.message);
    return;
  }
  const failure = await new Promise<string | undefined>(resolve => {
    execFile(binary.path, ['init', '--json'], { cwd: folder.fsPath, timeout: 30_000 }, (error, output) => {
      const said = /"message":\s*"((?:[^"\\]|\\.)*)"/.exec(output)?.[1];
      resolve(error ? said ?? error.message : undefined);
    });
  });
  if (failure === undefined) {
    await model.refresh();
    void vscode.window.showInformationMessage('.docs/ is there, with a first ticket.');
  } else {
    void vscode.window.showErrorMessage(`docket init: ${failure}`);
  }
}

/** `docket start` in a terminal: it shows what it will do with git, and asks. */
function startWork(started: Server, node: TicketNode): void {
  const binary = started.binary();
  if (binary.found) {
    void runInTerminal(binary.path, ['start', node.row.id], vscode.Uri.parse(node.root));
  }
}

/** Says why a command waits, and leads to where trust is given. */
async function askForTrust(message: string): Promise<void> {
  if (await vscode.window.showWarningMessage(message, 'Manage Workspace Trust')) {
    await vscode.commands.executeCommand('workbench.trust.manage');
  }
}

/** Shows what came of a command: the ticket that it made, or the status. */
async function show(command: string, answer: unknown): Promise<void> {
  const file = createdFile(answer);
  if (file) {
    const editor = await vscode.window.showTextDocument(vscode.Uri.parse(file));
    // an edit leaves the file that it made unsaved, and nobody looks for that
    await editor.document.save();
    return;
  }
  const said = describeAnswer(command, answer);
  if (said !== undefined) {
    void vscode.window.showInformationMessage(said);
  }
}
