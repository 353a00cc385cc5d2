// A ticket's page as it reads: fields, text, and criteria with check boxes that tick the file.
import * as vscode from 'vscode';
import { carryOut, fileOf, type Model } from './model';
import { html, withBoxes } from './previewPage';
import type { Server } from './server';
import { frame } from './webview';

interface FromPage {
  /** The page listens from here on. */
  readonly ready?: true;
  readonly tick?: number;
  readonly done?: boolean;
  readonly open?: string;
}

export class Preview implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private shown: { readonly ticket: string; readonly root: string } | undefined;
  private readonly listeners: vscode.Disposable[];

  constructor(private readonly extension: vscode.Uri, server: Server, private readonly model: Model) {
    this.listeners = [server.onChanged(() => void this.draw())];
  }

  /** Shows a ticket beside the editor; one panel for all, as the preview of Markdown has it. */
  async show(ticket: string, root: string): Promise<void> {
    this.shown = { ticket, root };
    if (!this.panel) {
      const panel = vscode.window.createWebviewPanel('docket.preview', ticket, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }, {
        enableScripts: true, enableFindWidget: true, retainContextWhenHidden: true,
        localResourceRoots: [vscode.Uri.joinPath(this.extension, 'dist'), vscode.Uri.parse(root)],
      });
      panel.iconPath = vscode.Uri.joinPath(this.extension, 'media', 'preview.svg');
      panel.onDidDispose(() => { this.panel = undefined; });
      panel.webview.onDidReceiveMessage((message: FromPage) => void this.take(message));
      this.panel = panel;
      panel.webview.html = frame(panel.webview, this.extension, {
        title: ticket, script: 'preview.js', style: 'preview.css', pictures: `${panel.webview.cspSource} data:`, body: '<main></main>',
      });
      return;
    }
    await this.draw();
  }

  dispose(): void {
    this.panel?.dispose();
    vscode.Disposable.from(...this.listeners).dispose();
  }

  private async draw(): Promise<void> {
    const { panel, shown } = this;
    if (!panel || !shown) {
      return;
    }
    const card = await this.model.card(shown.ticket, shown.root);
    if (this.panel !== panel || this.shown !== shown) {
      return;
    }
    panel.title = shown.ticket;
    let body = html`<main><p>${shown.ticket} is gone, or docket does not run.</p></main>`;
    if (card) {
      // the editor's own renderer, so that a ticket reads as in its preview of Markdown
      const rendered = await vscode.commands.executeCommand<string>('markdown.api.render', card.body);
      body = withBoxes(card, rendered);
    }
    await panel.webview.postMessage({ body });
  }

  private async take(message: FromPage): Promise<void> {
    const shown = this.shown;
    if (!shown) {
      return;
    }
    if (message.ready) {
      await this.draw();
    } else if (message.tick !== undefined && message.done !== undefined) {
      const done = await carryOut('docket.toggleCriterion', { ...shown, criterion: message.tick, done: message.done });
      if (!done) {
        await this.draw();
      }
    } else if (message.open !== undefined) {
      await this.open(message.open, shown.root);
    }
  }

  /** Follows a link: an address in the browser, a file of the project in the editor, nothing else. */
  private async open(link: string, root: string): Promise<void> {
    const card = this.shown && (await this.model.card(this.shown.ticket, root));
    if (/^https?:\/\//i.test(link)) {
      await vscode.env.openExternal(vscode.Uri.parse(link));
    } else if (card && !/^[a-z][a-z0-9+.-]*:/i.test(link)) {
      const [path = ''] = link.split('#');
      const folder = vscode.Uri.joinPath(fileOf(root, card.ticket.path), '..');
      const target = path.startsWith('/') ? fileOf(root, path.slice(1)) : vscode.Uri.joinPath(folder, decodeURIComponent(path));
      if (target.path.startsWith(`${vscode.Uri.parse(root).path}/`)) {
        await vscode.commands.executeCommand('docket.openFile', target);
      }
    }
  }
}
