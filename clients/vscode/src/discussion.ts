// What roles said to each other, as a document. What is written into it is said when it is saved, and they go on from there.
import * as vscode from 'vscode';
import type { DiscussionRow } from './commands';

export const scheme = 'docket-discussion';

interface Discussion {
  row: DiscussionRow;
  readonly root: string | undefined;
  /** What the document says: its page, or what was written into it and is being answered. */
  text: string;
  changed: number;
}

export class Discussions implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;
  readonly #open = new Map<string, Discussion>();
  /** Documents that the person has told to be saved; what saves itself says nothing. */
  readonly #told = new Set<string>();
  readonly #saves = vscode.workspace.onWillSaveTextDocument(event => {
    if (event.document.uri.scheme === scheme) {
      const told = event.reason === vscode.TextDocumentSaveReason.Manual;
      this.#told[told ? 'add' : 'delete'](event.document.uri.path);
    }
  });
  readonly #registered = vscode.workspace.registerFileSystemProvider(scheme, this, { isCaseSensitive: true });

  dispose(): void {
    this.#registered.dispose();
    this.#saves.dispose();
    this.#changed.dispose();
  }

  /** Opens what was said, with the cursor where the person has their turn. */
  async open(row: DiscussionRow, root: string | undefined, focus: 'taken' | 'left' = 'taken'): Promise<void> {
    const uri = vscode.Uri.from({ scheme, path: `/Discussion ${row.id}.md` });
    if (!this.#open.has(uri.path)) {
      this.#open.set(uri.path, { row, root, text: row.discussion, changed: Date.now() });
    }
    const document = await vscode.workspace.openTextDocument(uri);
    const end = document.lineAt(document.lineCount - 1).range.end;
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(end, end), preserveFocus: focus === 'left', preview: false });
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const { text, changed } = this.#of(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime: changed, size: Buffer.byteLength(text) };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return new TextEncoder().encode(this.#of(uri).text);
  }

  /** Saves it once it is answered: where that fails nothing that was written is lost, since the document stays as it is, not saved. */
  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const discussion = this.#of(uri);
    const written = new TextDecoder().decode(content);
    if (!this.#told.delete(uri.path)) {
      // half a sentence that is saved by itself is kept, and not sent to anybody
      this.#put(uri, discussion, written);
      return;
    }
    // the one who writes into it goes on reading there: nobody is asked what becomes of it
    const argument = { topic: discussion.row.id, discussion: written, dryRun: true, ...(discussion.root !== undefined && { root: discussion.root }) };
    const answer = await vscode.commands.executeCommand<{ proposal?: DiscussionRow } | undefined>('docket.discuss', argument)
      .then(it => it, (error: unknown) => {
        throw vscode.FileSystemError.Unavailable(error instanceof Error ? error.message : String(error));
      });
    if (!answer?.proposal) {
      throw vscode.FileSystemError.Unavailable('docket has given no answer; "docket: Show Log" says why.');
    }
    discussion.row = answer.proposal;
    this.#put(uri, discussion, written);
    // a change that comes with the save itself would be taken for it
    setTimeout(() => this.#answer(uri, discussion), 100);
  }

  #answer(uri: vscode.Uri, discussion: Discussion): void {
    const document = vscode.workspace.textDocuments.find(it => it.uri.toString() === uri.toString());
    if (document?.isDirty) {
      // what was written meanwhile stays where it is
      void this.open(discussion.row, discussion.root, 'left');
      return;
    }
    this.#put(uri, discussion, discussion.row.discussion);
  }

  #put(uri: vscode.Uri, discussion: Discussion, text: string): void {
    discussion.text = text;
    discussion.changed = Math.max(Date.now(), discussion.changed + 1);
    this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  #of(uri: vscode.Uri): Discussion {
    const found = this.#open.get(uri.path);
    if (!found) {
      // of a session before this one: the proposal still waits
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    return found;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [...this.#open.keys()].map(path => [path.slice(1), vscode.FileType.File]);
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }
}
