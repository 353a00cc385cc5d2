// Pasting an issue's address: into a TODO it becomes a reference, into a ticket's front matter the issue's number.
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { inFrontMatter, ownRepository, pasted } from './issueAddress';
import type { Model } from './model';

const kind = vscode.DocumentDropOrPasteEditKind.Empty.append('docket', 'issue');

class IssuePaste implements vscode.DocumentPasteEditProvider {
  constructor(private readonly model: Model) {}

  async provideDocumentPasteEdits(
    document: vscode.TextDocument, ranges: readonly vscode.Range[], data: vscode.DataTransfer, _: vscode.DocumentPasteEditContext, token: vscode.CancellationToken,
  ): Promise<vscode.DocumentPasteEdit[] | undefined> {
    const text = await data.get('text/plain')?.asString();
    const [range] = ranges;
    // most of what is pasted is no address, and asks for no file
    if (text === undefined || !text.includes('github.com/') || range === undefined || ranges.length > 1 || token.isCancellationRequested) {
      return undefined;
    }
    const { line, character } = range.start;
    const isTicket = document.languageId === 'markdown' && /\/\.docs\/tickets\//.test(document.uri.path);
    if (isTicket && !inFrontMatter(at => document.lineAt(at).text, line)) {
      return undefined;
    }
    const root = this.model.projectOf(document.uri)?.root;
    const replacement = pasted(text, {
      into: isTicket ? 'front matter' : 'source',
      before: document.lineAt(line).text.slice(0, character),
      own: root === undefined ? undefined : await repositoryOf(vscode.Uri.parse(root).fsPath),
      keywords: this.model.todos?.find(it => it.root === root)?.keywords ?? [],
    });
    return replacement === undefined || token.isCancellationRequested
      ? undefined : [new vscode.DocumentPasteEdit(replacement, `Paste as ${replacement}`, kind)];
  }
}

async function repositoryOf(root: string): Promise<string | undefined> {
  return ownRepository(await read(path.join(root, '.docs', 'docket.toml')), await gitConfig(root));
}

/** The settings of the git repository around a folder, those of the main one where the folder is of a second work tree. */
async function gitConfig(root: string): Promise<string> {
  for (let folder = root; ; folder = path.dirname(folder)) {
    const direct = await read(path.join(folder, '.git', 'config'));
    if (direct !== '') {
      return direct;
    }
    const linked = /^gitdir:\s*(.+)$/m.exec(await read(path.join(folder, '.git')))?.[1]?.trim();
    if (linked !== undefined) {
      const place = path.resolve(folder, linked);
      const common = (await read(path.join(place, 'commondir'))).trim();
      return read(path.join(place, common, 'config'));
    }
    if (path.dirname(folder) === folder) {
      return '';
    }
  }
}

/** A file's text; nothing where it cannot be read, since nothing is known then. */
async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

export function registerPaste(model: Model): vscode.Disposable {
  return vscode.languages.registerDocumentPasteEditProvider([{ scheme: 'file' }], new IssuePaste(model), {
    providedPasteEditKinds: [kind], pasteMimeTypes: ['text/plain'],
  });
}
