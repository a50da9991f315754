/** The command line in VS Code's own terminals. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { eventually } from '../support/until.ts';

suite('inkling in a terminal', () => {
  const extension = () => vscode.extensions.getExtension('inkling.inkling')!;
  const version = () => (extension().packageJSON as { version: string }).version;

  test('the launcher that ships runs with the program that runs extensions', () => {
    const isWindows = process.platform === 'win32';
    const launcher = join(extension().extensionPath, 'dist/bin', isWindows ? 'inkling.cmd' : 'inkling');
    const env = { ...process.env, INKLING_NODE: process.execPath };
    const out = execFileSync(launcher, ['--version'], { env, encoding: 'utf8', shell: isWindows });
    assert.equal(out.trim(), version());
  });

  // Where the VS Code of the tests has terminals (see run.ts).
  if (process.env.INKLING_TEST_TERMINAL) {
    test('the integrated terminal finds it', async () => {
      await extension().activate();
      const out = join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, 'version.txt');
      const terminal = vscode.window.createTerminal({ shellPath: '/bin/sh' });
      try {
        assert.ok(await terminal.processId, 'the terminal runs a shell');
        terminal.sendText(`inkling --version > '${out}.part' && mv '${out}.part' '${out}'`);
        await eventually(() => assert.equal(readFileSync(out, 'utf8').trim(), version()));
      } finally {
        terminal.dispose();
      }
    });
  }
});
