// The board in a panel. The page is the one that `docket board --web` serves; here the extension answers its calls.
import * as vscode from 'vscode';
import { fileOf, type Model } from './model';
import { ticketMethod, ticketsMethod } from './protocol';
import type { Server } from './server';
import { frame } from './webview';

/** The page's calls, and what of the server answers them. Nothing else is passed on. */
const requests: Readonly<Record<string, string>> = { tickets: ticketsMethod, ticket: ticketMethod };
const commands: Readonly<Record<string, string>> = { setStatus: 'docket.setStatus', toggleCriterion: 'docket.toggleCriterion' };

/** What the page sends. */
interface FromPage {
  readonly call?: number;
  readonly method?: string;
  readonly params?: object;
  readonly open?: string;
  readonly create?: string;
  readonly root?: string;
  /** Of the file to open: an id may be that of several. */
  readonly path?: string;
}

export const boardType = 'docket.board';

export class Board implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private readonly listeners: vscode.Disposable[];

  constructor(private readonly extension: vscode.Uri, private readonly server: Server, private readonly model: Model) {
    this.listeners = [
      vscode.window.registerWebviewPanelSerializer(boardType, this),
      server.onChanged(() => this.post({ changed: true })),
      server.onState(() => this.tellState()),
    ];
  }

  show(): void {
    if (this.panel) {
      this.panel.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(boardType, 'Board', vscode.ViewColumn.Active, { retainContextWhenHidden: true });
    this.take(panel);
  }

  /** After a reload of the window the panel is there already; its page is not. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.panel?.dispose();
    this.take(panel);
  }

  dispose(): void {
    this.panel?.dispose();
    vscode.Disposable.from(...this.listeners).dispose();
  }

  private take(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    panel.iconPath = vscode.Uri.joinPath(this.extension, 'media', 'board.svg');
    panel.webview.options = { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(this.extension, 'dist')] };
    panel.onDidDispose(() => {
      if (this.panel === panel) {
        this.panel = undefined;
      }
    });
    panel.webview.onDidReceiveMessage((message: FromPage) => void this.answer(message));
    panel.webview.html = frame(panel.webview, this.extension, { title: 'Board', script: 'board.js', style: 'board.css' });
  }

  private async answer(message: FromPage): Promise<void> {
    if (message.open !== undefined && message.root !== undefined) {
      const { open, root, path } = message;
      const named = this.model.tickets?.find(it => it.root === root)?.tickets.filter(it => it.id === open);
      const row = named?.find(it => it.path === path) ?? named?.[0];
      if (row) {
        await vscode.commands.executeCommand('docket.openFile', fileOf(root, row.path), undefined, 'beside');
      }
    } else if (message.create !== undefined) {
      await vscode.commands.executeCommand('docket.newTicket', { root: message.root, status: message.create });
    } else if (message.call !== undefined && message.method !== undefined) {
      try {
        this.post({ answer: message.call, result: await this.call(message.method, message.params ?? {}) });
      } catch (error) {
        this.post({ answer: message.call, error: error instanceof Error ? error.message : String(error) });
      }
    }
  }

  private async call(method: string, params: object): Promise<unknown> {
    const command = commands[method];
    if (command !== undefined) {
      if (this.server.state.kind !== 'running') {
        throw new Error(this.server.describe());
      }
      return vscode.commands.executeCommand(command, params);
    }
    const request = requests[method];
    const answer = request === undefined ? undefined : await this.server.request<unknown>(request, params);
    if (answer === undefined) {
      throw new Error(this.server.describe());
    }
    return answer;
  }

  private tellState(): void {
    const { kind } = this.server.state;
    this.post({ trouble: kind === 'running' ? null : this.server.describe() });
    if (kind === 'running') {
      this.post({ changed: true });
    }
  }

  private post(message: object): void {
    void this.panel?.webview.postMessage(message);
  }
}
