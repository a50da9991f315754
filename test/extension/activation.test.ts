/** What VS Code itself says of the extension: it is there, it starts, its commands exist. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const ID = 'inkling.inkling';

suite('the extension', () => {
  test('is known to VS Code by its name and brings a bundle that loads', async () => {
    const extension = vscode.extensions.getExtension(ID);
    assert.ok(extension, `${ID} is installed`);
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  test('registers every command it contributes', async () => {
    const { commands } = vscode.extensions.getExtension(ID)!.packageJSON.contributes as {
      commands: { command: string }[];
    };
    const known = new Set(await vscode.commands.getCommands(true));
    assert.ok(commands.length > 0);
    assert.deepEqual(
      commands.map(({ command }) => command).filter((command) => !known.has(command)),
      [],
    );
  });
});
