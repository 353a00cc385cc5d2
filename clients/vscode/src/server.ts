// The server as one session of VS Code has it: at most one client, started, restarted and ended in order.
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { Backoff, explainStart } from './backoff';
import { type Binary, findBinary, foreign, headerLength } from './binary';
import type { LanguageClient, RunCommand } from './client';
import { changedMethod, cursorMethod, type CursorParams } from './protocol';
import type { ServerState } from './status';
import type { Trust } from './trust';

export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private current: ServerState = { kind: 'stopped' };
  /** The last start or stop; the next waits for it. */
  private turn: Promise<void> = Promise.resolve();
  private readonly backoff = new Backoff();
  private later: NodeJS.Timeout | undefined;
  private readonly stateEmitter = new vscode.EventEmitter<ServerState>();
  private readonly changedEmitter = new vscode.EventEmitter<void>();
  readonly onState = this.stateEmitter.event;
  /** What views show may be old. */
  readonly onChanged = this.changedEmitter.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly runCommand: RunCommand,
  ) {}

  get state(): ServerState {
    return this.current;
  }

  start(): Promise<void> {
    return this.next(() => this.startNow());
  }

  restart(): Promise<void> {
    this.backoff.forget();
    return this.next(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  stop(): Promise<void> {
    return this.next(() => this.stopNow());
  }

  dispose(): void {
    clearTimeout(this.later);
    this.stateEmitter.dispose();
    this.changedEmitter.dispose();
  }

  describe(): string {
    switch (this.current.kind) {
      case 'running':
        return `docket ${this.current.version} (${this.current.path})`;
      case 'starting':
        return 'docket is starting';
      case 'stopped':
        return 'docket is not running';
      case 'waiting':
        return 'docket crashed and is about to be started again';
      case 'failed':
        return this.current.message;
    }
  }

  /** Asks the server; undefined where none runs, or it went while it was asked. */
  async request<Answer>(method: string, params: object): Promise<Answer | undefined> {
    const client = this.client;
    if (!client || this.current.kind !== 'running') {
      return undefined;
    }
    try {
      return await client.sendRequest<Answer>(method, params);
    } catch (error) {
      if (this.client !== client || !client.isRunning()) {
        return undefined;
      }
      throw error;
    }
  }

  /** Tells the server where the cursor is; nothing where none runs. */
  tellCursor(params: CursorParams): void {
    if (this.client && this.current.kind === 'running') {
      // one that is lost says nothing that the next does not
      void this.client.sendNotification(cursorMethod, params).catch(() => undefined);
    }
  }

  get trust(): Trust {
    return vscode.workspace.isTrusted ? 'trusted' : 'untrusted';
  }

  /** The program that would be run. */
  binary(): Binary {
    return findBinary({
      setting: vscode.workspace.getConfiguration('docket').get<string>('server.path', ''),
      home: homedir(),
      extension: this.context.extensionPath,
      searchPath: process.env['PATH'] ?? process.env['Path'] ?? '',
      platform: process.platform,
      isExecutable,
    });
  }

  private next(step: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(step, step);
    return this.turn;
  }

  private async startNow(): Promise<void> {
    if (this.client) {
      return;
    }
    clearTimeout(this.later);
    const binary = this.binary();
    if (!binary.found) {
      this.failed(binary.message, 'Open Setting');
      return;
    }
    const reason = foreign(header(binary.path), process.platform, process.arch);
    if (reason !== undefined) {
      this.failed(`docket did not start: ${binary.path} cannot be run, ${reason}. Install the docket of this one, or correct docket.server.path.`, 'Open Setting');
      return;
    }
    this.show({ kind: 'starting' });
    this.log.info(`starting ${binary.path} (${binary.from})`);
    // loaded here and no sooner: an editor without a project never needs it
    const { makeClient, State } = await import('./client');
    const client = makeClient(binary.path, this.log, this.trust, this.runCommand);
    this.client = client;
    client.onNotification(changedMethod, () => this.changedEmitter.fire());
    let hasRun = false;
    client.onDidChangeState(change => {
      if (this.client !== client) {
        return;
      }
      if (change.newState === State.Running) {
        hasRun = true;
        this.show({ kind: 'running', version: client.initializeResult?.serverInfo?.version ?? 'of no known version', path: binary.path });
      } else if (change.newState === State.Stopped && hasRun) {
        this.crashed(client);
      }
    });
    try {
      await client.start();
    } catch (error) {
      this.client = undefined;
      this.failed(explainStart(binary.path, error instanceof Error ? error.message : String(error)), 'Open Setting');
    }
  }

  private async stopNow(): Promise<void> {
    clearTimeout(this.later);
    const client = this.client;
    this.client = undefined;
    this.show({ kind: 'stopped' });
    // A client that failed to start cannot be stopped, and says so by rejecting.
    await client?.dispose(2000).catch((error: unknown) => this.log.warn(`while stopping: ${String(error)}`));
  }

  /** It ended unasked: started again after a while, unless it does so again and again. */
  private crashed(client: LanguageClient): void {
    this.client = undefined;
    this.log.error('the server ended unasked');
    void client.dispose(0).catch(() => undefined);
    const seconds = this.backoff.crashed(Date.now());
    if (seconds === undefined) {
      this.failed('docket crashed several times in a few minutes and was not started again.', 'Restart');
      return;
    }
    this.show({ kind: 'waiting', seconds });
    this.later = setTimeout(() => void this.start(), seconds * 1000);
    void vscode.window.showWarningMessage('docket crashed and is being started again.', 'Show Log').then(choice => {
      if (choice) {
        this.log.show();
      }
    });
  }

  private failed(message: string, remedy: 'Open Setting' | 'Restart'): void {
    this.log.error(message);
    this.show({ kind: 'failed', message });
    void vscode.window.showErrorMessage(message, remedy, 'Show Log').then(choice => {
      if (choice === 'Open Setting') {
        void vscode.commands.executeCommand('workbench.action.openSettings', 'docket.server.path');
      } else if (choice === 'Restart') {
        void this.restart();
      } else if (choice === 'Show Log') {
        this.log.show();
      }
    });
  }

  private show(state: ServerState): void {
    this.current = state;
    this.stateEmitter.fire(state);
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The first bytes of a file; none where it cannot be read, which starting it will tell of. */
function header(file: string): Uint8Array {
  const bytes = Buffer.alloc(headerLength);
  try {
    const opened = openSync(file, 'r');
    try {
      return bytes.subarray(0, readSync(opened, bytes, 0, headerLength, 0));
    } finally {
      closeSync(opened);
    }
  } catch {
    return bytes.subarray(0, 0);
  }
}
