/** The command line in VS Code's own terminals. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';

suite('the integrated terminal', () => {
  test('finds inkling, which runs with the program that runs extensions', async function () {
    if (process.platform === 'win32') this.skip(); // the quoting below is a POSIX shell's
    const extension = vscode.extensions.getExtension('inkling.inkling')!;
    await extension.activate();
    const out = join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, 'version.txt');
    const terminal = vscode.window.createTerminal({ shellPath: '/bin/sh', env: { PS1: '$ ' } });
    try {
      terminal.sendText(`inkling --version > '${out}.part' && mv '${out}.part' '${out}'`);
      const { version } = extension.packageJSON as { version: string };
      const end = Date.now() + 30_000;
      for (;;) {
        try {
          assert.equal(readFileSync(out, 'utf8').trim(), version);
          break;
        } catch (error) {
          if (Date.now() > end) throw error;
          await new Promise((done) => setTimeout(done, 100));
        }
      }
    } finally {
      terminal.dispose();
    }
  });
});
