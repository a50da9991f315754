/**
 * What VS Code loads when it starts: registers what people may call, and loads the rest (shell.ts) once VS Code is done
 * with activating, or at the first call.
 */
import * as vscode from 'vscode';
import { CURVE_VIEW, GENERAL_COMMANDS, QUEUE_ACTIONS, QUEUE_VIEW } from './commands.ts';
import type { Shell } from './shell.ts';

export function activate(context: vscode.ExtensionContext): void {
  let isOver = false;
  const own = (item: vscode.Disposable) => context.subscriptions.push(item);
  own({ dispose: () => (isOver = true) });
  let shell: Promise<Shell> | undefined;
  const loaded = () => (shell ??= import('./shell.ts').then(({ startShell }) => startShell(context)));

  const command = (name: string, run: (argument: unknown) => Promise<void>) =>
    own(vscode.commands.registerCommand(`inkling.${name}`, run));
  for (const name of GENERAL_COMMANDS) {
    command(name, async (argument) => (await loaded()).run(name, argument));
  }
  for (const action of QUEUE_ACTIONS) command(action, async () => (await loaded()).perform(action));
  for (const view of [QUEUE_VIEW, CURVE_VIEW]) {
    own(
      vscode.window.registerWebviewPanelSerializer(view, {
        deserializeWebviewPanel: async (panel, state) => (await loaded()).restore(panel, state),
      }),
    );
  }
  // Compiling the rest takes longer than all of the above, and nobody waits for it yet. What fails then fails at the
  // first call as well, and is said there.
  setTimeout(() => {
    if (!isOver) loaded().catch(() => {});
  });
}
