// docket in VS Code: starts the language server and offers its commands. What docket knows and decides is in the server.
import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions, type ServerOptions, State, TransportKind } from 'vscode-languageclient/node';
import { findBinary } from './binary';
import { type Asker, completeArguments, createdFile, describeStatus, ticketItems } from './commands';
import { diagnosticPullOptions, documentSelector } from './options';
import { type ServerState, statusEntry } from './status';

/** The server as one session of VS Code has it: at most one client, started, restarted and ended in order. */
class Server {
  private client: LanguageClient | undefined;
  private state: ServerState = { kind: 'stopped' };
  /** The last start or stop; the next waits for it. */
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly item: vscode.StatusBarItem,
  ) {}

  start(): Promise<void> {
    return this.next(() => this.startNow());
  }

  restart(): Promise<void> {
    return this.next(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  stop(): Promise<void> {
    return this.next(() => this.stopNow());
  }

  describe(): string {
    switch (this.state.kind) {
      case 'running':
        return `docket ${this.state.version} (${this.state.path})`;
      case 'starting':
        return 'docket is starting';
      case 'stopped':
        return 'docket is not running';
      case 'failed':
        return this.state.message;
    }
  }

  private next(step: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(step, step);
    return this.turn;
  }

  private async startNow(): Promise<void> {
    const binary = findBinary({
      setting: vscode.workspace.getConfiguration('docket').get<string>('server.path', ''),
      home: homedir(),
      extension: this.context.extensionPath,
      searchPath: process.env['PATH'] ?? process.env['Path'] ?? '',
      platform: process.platform,
      isExecutable,
    });
    if (!binary.found) {
      this.failed(binary.message);
      return;
    }
    this.show({ kind: 'starting' });
    this.log.info(`starting ${binary.path} (${binary.from})`);
    const run: ServerOptions = { command: binary.path, args: ['lsp'], transport: TransportKind.stdio };
    const options: LanguageClientOptions = {
      documentSelector,
      diagnosticPullOptions,
      outputChannel: this.log,
      synchronize: { configurationSection: 'docket' },
      diagnosticCollectionName: 'docket',
      middleware: {
        executeCommand: async (command, given: unknown[], next) => {
          const complete = await completeArguments(command, given, asker(binary.path));
          if (!complete) {
            return undefined;
          }
          const answer: unknown = await next(command, complete);
          // what a program called for is the program's; what a person called for is shown
          if (given.length === 0) {
            await show(command, answer);
          }
          return answer;
        },
      },
    };
    const client = new LanguageClient('docket', 'docket', run, options);
    this.client = client;
    client.onDidChangeState(change => {
      if (this.client !== client) {
        return;
      }
      if (change.newState === State.Running) {
        this.show({ kind: 'running', version: client.initializeResult?.serverInfo?.version ?? 'of no known version', path: binary.path });
      } else if (change.newState === State.Stopped) {
        this.show({ kind: 'stopped' });
      } else {
        this.show({ kind: 'starting' });
      }
    });
    try {
      await client.start();
    } catch (error) {
      this.failed(`docket did not start: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.show({ kind: 'stopped' });
    // A client that failed to start cannot be stopped, and says so by rejecting.
    await client?.dispose(2000).catch((error: unknown) => this.log.warn(`while stopping: ${String(error)}`));
  }

  private failed(message: string): void {
    this.log.error(message);
    this.show({ kind: 'failed', message });
    void vscode.window.showErrorMessage(message, 'Open Setting', 'Show Log').then(choice => {
      if (choice === 'Open Setting') {
        void vscode.commands.executeCommand('workbench.action.openSettings', 'docket.server.path');
      } else if (choice === 'Show Log') {
        this.log.show();
      }
    });
  }

  private show(state: ServerState): void {
    this.state = state;
    const entry = statusEntry(state);
    this.item.text = entry.text;
    this.item.tooltip = entry.tooltip;
    this.item.backgroundColor = entry.warning ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.item.show();
    void vscode.commands.executeCommand('setContext', 'docket.running', state.kind === 'running');
  }
}

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('docket', { log: true });
  const item = vscode.window.createStatusBarItem('docket.status', vscode.StatusBarAlignment.Left);
  item.name = 'docket';
  item.command = 'docket.showLog';
  const started = new Server(context, log, item);
  server = started;

  context.subscriptions.push(
    log,
    item,
    vscode.commands.registerCommand('docket.restart', () => started.restart()),
    vscode.commands.registerCommand('docket.showLog', () => log.show()),
    vscode.commands.registerCommand('docket.showVersion', () => vscode.window.showInformationMessage(started.describe())),
    vscode.workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration('docket.server')) {
        void started.restart();
      }
    }),
  );

  if (hasWork()) {
    await started.start();
    return;
  }
  // An empty window needs no server; the first folder or file of it does.
  const waiting: vscode.Disposable[] = [];
  const begin = (): void => {
    if (hasWork()) {
      waiting.forEach(listener => listener.dispose());
      void started.start();
    }
  };
  waiting.push(vscode.workspace.onDidOpenTextDocument(begin), vscode.workspace.onDidChangeWorkspaceFolders(begin));
  context.subscriptions.push(...waiting);
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

/** Whether a folder or a document is open that docket can read. */
function hasWork(): boolean {
  const schemes = documentSelector.map(filter => filter.scheme);
  return (vscode.workspace.workspaceFolders?.length ?? 0) > 0
    || vscode.workspace.textDocuments.some(document => schemes.includes(document.uri.scheme));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Asks the person in the palette. */
function asker(program: string): Asker {
  return {
    here: () => {
      const editor = vscode.window.activeTextEditor;
      return editor && {
        uri: editor.document.uri.toString(),
        position: { line: editor.selection.active.line, character: editor.selection.active.character },
      };
    },
    text: async prompt => vscode.window.showInputBox({ prompt }),
    ticket: async () => {
      const items = tickets(program).then(found => [...found]);
      const chosen = await vscode.window.showQuickPick(items, { placeHolder: 'Which ticket?', matchOnDescription: true });
      return chosen?.id;
    },
  };
}

/** The tickets of the project of the active editor, else of the first folder. */
function tickets(program: string): Promise<ReturnType<typeof ticketItems>> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const folder = (active && vscode.workspace.getWorkspaceFolder(active)) ?? vscode.workspace.workspaceFolders?.[0];
  return new Promise(resolve => {
    execFile(program, ['list', '--json'], { cwd: folder?.uri.fsPath, timeout: 10_000, maxBuffer: 64 << 20 }, (_error, output) =>
      resolve(ticketItems(output)));
  });
}

/** Shows what came of a command: the ticket that it made, or the status. */
async function show(command: string, answer: unknown): Promise<void> {
  const file = createdFile(answer);
  if (file) {
    const editor = await vscode.window.showTextDocument(vscode.Uri.parse(file));
    // an edit leaves the file that it made unsaved, and nobody looks for that
    await editor.document.save();
  } else if (command === 'docket.status') {
    void vscode.window.showInformationMessage(describeStatus(answer).join('\n') || 'docket has no project open.');
  }
}
