import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { PageName } from '../../server/protocol.ts';

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

export function pageFolder(extension: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extension, 'dist', 'webview');
}

/** A page's document: its one script and style, nothing inline, nothing from elsewhere. */
export function pageHtml(
  webview: vscode.Webview,
  extension: vscode.Uri,
  name: PageName,
  title: string,
): string {
  const file = (extension_: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(pageFolder(extension), `${name}.${extension_}`)).toString();
  const nonce = randomBytes(18).toString('base64');
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource}`,
  ].join('; ');
  const strings = JSON.stringify(vscode.l10n.bundle ?? {});
  return `<!DOCTYPE html>
<html lang="${attribute(vscode.env.language)}" data-strings="${attribute(strings)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${attribute(title)}</title>
<link rel="stylesheet" href="${file('css')}">
</head>
<body>
<div id="page"></div>
<script nonce="${nonce}" src="${file('js')}"></script>
</body>
</html>`;
}
