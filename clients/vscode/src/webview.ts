// The frame of our webviews: what a page may load, and that is nothing but our own two files.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

export interface Page {
  readonly title: string;
  /** Files of `dist`. */
  readonly script: string;
  readonly style: string;
  /** Where pictures may come from; nowhere for most. */
  readonly pictures?: string;
  readonly body?: string;
}

/** The page's HTML: scripts by nonce, styles from the extension, no connection, no frame, no form. */
export function frame(webview: vscode.Webview, extension: vscode.Uri, page: Page): string {
  const file = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(extension, 'dist', name)).toString();
  const nonce = randomBytes(18).toString('base64url');
  const policy = [
    "default-src 'none'", `script-src 'nonce-${nonce}'`, `style-src ${webview.cspSource}`, `img-src ${page.pictures ?? "'none'"}`,
    "base-uri 'none'", "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title>
<link rel="stylesheet" href="${file(page.style)}">
<body>${page.body ?? ''}
<script nonce="${nonce}" src="${file(page.script)}"></script>
</body>
</html>`;
}
