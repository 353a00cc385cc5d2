// Colours of keywords, icons beside them and marks in the scroll bar. Semantic tokens of source belong to the language's own server, so
// these are decorations; each kind has its switch.
import * as vscode from 'vscode';
import type { Model } from './model';
import type { Server } from './server';
import { colorOf, rangeOf } from './todosView';

/** What one colour is drawn with. */
interface Kind {
  readonly type: vscode.TextEditorDecorationType;
}

export class Highlight implements vscode.Disposable {
  private readonly kinds = new Map<string, Kind>();
  private readonly listeners: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly context: vscode.ExtensionContext, private readonly model: Model, private readonly server: Server) {
    this.listeners = [
      server.onChanged(() => this.soon()),
      server.onState(() => this.soon()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.soon()),
      vscode.workspace.onDidChangeConfiguration(change => {
        if (change.affectsConfiguration('docket.highlight')) {
          this.forget();
          this.soon();
        }
      }),
    ];
    this.soon();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.forget();
    vscode.Disposable.from(...this.listeners).dispose();
  }

  private soon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void Promise.all(vscode.window.visibleTextEditors.map(editor => this.draw(editor))).catch(() => undefined);
    }, 50);
  }

  private async draw(editor: vscode.TextEditor): Promise<void> {
    const settings = vscode.workspace.getConfiguration('docket.highlight', editor.document);
    const wanted = ['keywords', 'gutter', 'overviewRuler'].some(name => settings.get(name, true));
    const { version } = editor.document;
    const answer = wanted && this.server.state.kind === 'running' ? await this.model.todosOf(editor.document) : undefined;
    if (editor.document.version !== version || (answer && answer.version !== null && answer.version !== version)) {
      // typed since: the next change draws it, and meanwhile VS Code moves what is drawn with the text
      return;
    }
    const byColor = new Map<string, vscode.Range[]>();
    for (const row of answer?.projects?.flatMap(it => it.todos) ?? []) {
      const color = colorOf(row.keyword);
      byColor.set(color, [...byColor.get(color) ?? [], rangeOf(row)]);
    }
    for (const color of byColor.keys()) {
      if (!this.kinds.has(color)) {
        this.kinds.set(color, { type: this.make(color, settings) });
      }
    }
    for (const [color, { type }] of this.kinds) {
      editor.setDecorations(type, byColor.get(color) ?? []);
    }
  }

  private make(name: string, settings: vscode.WorkspaceConfiguration): vscode.TextEditorDecorationType {
    const color = new vscode.ThemeColor(name);
    return vscode.window.createTextEditorDecorationType({
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      ...(settings.get('keywords', true) && { color, fontWeight: 'bold' }),
      ...(settings.get('gutter', true) && {
        gutterIconPath: vscode.Uri.joinPath(this.context.extensionUri, 'media', `${name.slice(name.indexOf('.') + 1)}.svg`), gutterIconSize: '80%',
      }),
      ...(settings.get('overviewRuler', true) && { overviewRulerColor: color, overviewRulerLane: vscode.OverviewRulerLane.Right }),
    });
  }

  private forget(): void {
    for (const { type } of this.kinds.values()) {
      type.dispose();
    }
    this.kinds.clear();
  }
}
