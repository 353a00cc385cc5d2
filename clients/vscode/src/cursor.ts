// Tells the server in which line the cursor rests, for what is shown in that line alone.
import * as vscode from 'vscode';
import type { Server } from './server';

/** Shorter than a person waits, longer than a key repeats. */
const rest = 100;

export function followCursor(started: Server): vscode.Disposable {
  let told: string | undefined;
  let later: NodeJS.Timeout | undefined;
  const tell = (): void => {
    const editor = vscode.window.activeTextEditor;
    if (!editor || editor.document.uri.scheme !== 'file') {
      return;
    }
    const params = { uri: editor.document.uri.toString(), line: editor.selection.active.line };
    const now = JSON.stringify(params);
    if (now !== told) {
      told = now;
      started.tellCursor(params);
    }
  };
  const soon = (): void => {
    clearTimeout(later);
    later = setTimeout(tell, rest);
  };
  // a server that was started anew knows nothing
  const anew = (): void => {
    told = undefined;
    soon();
  };
  const heard = [vscode.window.onDidChangeTextEditorSelection(soon), vscode.window.onDidChangeActiveTextEditor(soon), started.onState(anew)];
  return new vscode.Disposable(() => {
    clearTimeout(later);
    heard.forEach(it => void it.dispose());
  });
}
