/** The HTML around a page: a strict content security policy, one script, one element. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { wordsElement } from './page-words.ts';

/**
 * @param name the page's folder under `webview/`, its bundle `dist/<name>.js` and its element `<inkling-<name>>`
 */
export function pageHtml(
  webview: vscode.Webview,
  extension: vscode.Uri,
  name: 'queue' | 'curve',
  title: string,
): string {
  const nonce = randomBytes(24).toString('base64');
  const script = webview.asWebviewUri(vscode.Uri.joinPath(extension, 'dist', `${name}.js`));
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}' ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
  ].join('; ');
  const { bundle } = vscode.l10n;
  return `<!DOCTYPE html>
<html lang="${bundle ? vscode.env.language : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
${wordsElement(bundle)}
<title>${title}</title>
</head>
<body>
<inkling-${name}></inkling-${name}>
<script nonce="${nonce}" src="${script.toString()}"></script>
</body>
</html>`;
}
