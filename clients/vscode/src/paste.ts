// Pasting an issue's address: into a TODO it becomes a reference, into a ticket's front matter the issue's number.
import * as vscode from 'vscode';
import { pasted } from './issueAddress';

const kind = vscode.DocumentDropOrPasteEditKind.Empty.append('docket', 'issue');

class IssuePaste implements vscode.DocumentPasteEditProvider {
  async provideDocumentPasteEdits(
    document: vscode.TextDocument, ranges: readonly vscode.Range[], data: vscode.DataTransfer, _: vscode.DocumentPasteEditContext, token: vscode.CancellationToken,
  ): Promise<vscode.DocumentPasteEdit[] | undefined> {
    const text = await data.get('text/plain')?.asString();
    const [range] = ranges;
    if (text === undefined || range === undefined || ranges.length > 1 || token.isCancellationRequested) {
      return undefined;
    }
    const line = document.lineAt(range.start.line).text;
    const isTicket = document.languageId === 'markdown' && /\/\.docs\/tickets\//.test(document.uri.path);
    const replacement = pasted(text, line.slice(0, range.start.character), isTicket ? 'ticket' : 'source');
    return replacement === undefined ? undefined : [new vscode.DocumentPasteEdit(replacement, `Paste as ${replacement}`, kind)];
  }
}

export function registerPaste(): vscode.Disposable {
  return vscode.languages.registerDocumentPasteEditProvider([{ scheme: 'file' }], new IssuePaste(), {
    providedPasteEditKinds: [kind], pasteMimeTypes: ['text/plain'],
  });
}
