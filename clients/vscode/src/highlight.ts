// Colours of keywords, icons beside them and marks in the scroll bar. Semantic tokens of source belong to the language's own server, so
// these are decorations; each kind has its switch.
import * as vscode from 'vscode';
import type { Model } from './model';
import type { Server } from './server';
import { colorOf, rangeOf } from './todosView';

const switchNames = ['keywords', 'gutter', 'overviewRuler'] as const;

/** What is drawn of a TODO; a folder may switch it otherwise than another. */
type Switches = Readonly<Record<typeof switchNames[number], boolean>>;

export class Highlight implements vscode.Disposable {
  /** By colour and switches. */
  private readonly kinds = new Map<string, vscode.TextEditorDecorationType>();
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
    const switches: Switches = {
      keywords: settings.get('keywords', true), gutter: settings.get('gutter', true), overviewRuler: settings.get('overviewRuler', true),
    };
    const wanted = switchNames.some(name => switches[name]);
    const { version } = editor.document;
    const answer = wanted && this.server.state.kind === 'running' ? await this.model.todosOf(editor.document) : undefined;
    if (editor.document.version !== version || (answer && answer.version !== null && answer.version !== version)) {
      // typed since: the next change draws it, and meanwhile VS Code moves what is drawn with the text
      return;
    }
    const ranges = new Map<vscode.TextEditorDecorationType, vscode.Range[]>();
    for (const row of answer?.projects?.flatMap(it => it.todos) ?? []) {
      const type = this.kind(colorOf(row.keyword), switches);
      const had = ranges.get(type);
      if (had) {
        had.push(rangeOf(row));
      } else {
        ranges.set(type, [rangeOf(row)]);
      }
    }
    for (const type of this.kinds.values()) {
      editor.setDecorations(type, ranges.get(type) ?? []);
    }
  }

  private kind(color: string, switches: Switches): vscode.TextEditorDecorationType {
    const key = [color, ...switchNames.map(name => switches[name])].join('|');
    const type = this.kinds.get(key) ?? this.make(color, switches);
    this.kinds.set(key, type);
    return type;
  }

  private make(name: string, switches: Switches): vscode.TextEditorDecorationType {
    const color = new vscode.ThemeColor(name);
    return vscode.window.createTextEditorDecorationType({
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      ...(switches.keywords && { color, fontWeight: 'bold' }),
      ...(switches.gutter && {
        gutterIconPath: vscode.Uri.joinPath(this.context.extensionUri, 'media', `${name.slice(name.indexOf('.') + 1)}.svg`), gutterIconSize: '80%',
      }),
      ...(switches.overviewRuler && { overviewRulerColor: color, overviewRulerLane: vscode.OverviewRulerLane.Right }),
    });
  }

  private forget(): void {
    for (const type of this.kinds.values()) {
      type.dispose();
    }
    this.kinds.clear();
  }
}
