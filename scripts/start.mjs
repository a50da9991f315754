// `npm start [-- folder]`: opens a real VS Code with the extension installed on a folder, by default a sample.
//
//   npm start                      the desktop VS Code where `code` is on the PATH, else one in the browser
//   npm start -- my/texts          on a folder of your own
//   npm start -- --browser         in the browser even where there is a desktop VS Code
//   npm start -- --port 9000       where the one in the browser listens
//   npm start -- --headless        the same main job in the terminal, without an editor
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { installCodeServer, onFitNode } from './setup.mjs';
import { inRoot, main, run, Stop, say } from './tools.mjs';

const PORT = 8787;

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      headless: { type: 'boolean', default: false },
      browser: { type: 'boolean', default: false },
      port: { type: 'string', default: String(PORT) },
    },
  });
  await onFitNode();
  if (values.headless) {
    const { runHeadless } = await import('./headless.mjs');
    return runHeadless();
  }
  const { packageIfStale } = await import('./package.mjs');
  const folder = positionals[0] === undefined ? await sample() : existingFolder(positionals[0]);
  const vsix = await packageIfStale();
  if (!values.browser && (await openDesktop(folder, vsix))) return 0;
  return openInBrowser(folder, vsix, Number(values.port));
});

/** The sample folder. It is made once: answers given in it are kept. */
async function sample() {
  const folder = inRoot('out/sample');
  if (!existsSync(join(folder, 'messages.jsonl'))) {
    const { makeSample } = await import('./make-sample.mjs');
    makeSample(folder);
  }
  return folder;
}

function existingFolder(path) {
  const folder = resolve(process.env.INIT_CWD ?? process.cwd(), path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new Stop(`${folder} is not a folder.`);
}

/** Resolves to false where there is no desktop VS Code, or it is too old, or does not start (as root, say). */
async function openDesktop(folder, vsix) {
  const code = findOnPath(process.platform === 'win32' ? 'code.cmd' : 'code');
  if (!code) return false;
  const home = inRoot('out/desktop');
  // With folders of its own, so that your VS Code stays as it is.
  const own = ['--user-data-dir', join(home, 'user-data'), '--extensions-dir', join(home, 'extensions')];
  say(`installing the extension into ${code}, with settings and extensions of its own in ${home}`);
  const isOpen =
    isRecent(code) &&
    (await run(code, [...own, '--install-extension', vsix, '--force'], { quiet: true })) === 0 &&
    (await run(code, [...own, folder], { quiet: true })) === 0;
  if (isOpen) console.log(nextSteps(`VS Code is opening on ${folder}`, folder));
  else say(`${code} is older than 1.103 or does not start: taking VS Code in the browser`);
  return isOpen;
}

/** Is it VS Code 1.103 or newer? */
function isRecent(code) {
  try {
    const version = execFileSync(code, ['--version'], {
      encoding: 'utf8',
      shell: code.endsWith('.cmd'),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [major, minor] = version.split('.').map(Number);
    return major > 1 || (major === 1 && minor >= 103);
  } catch {
    return false;
  }
}

async function openInBrowser(folder, vsix, wantedPort) {
  const codeServer = await installCodeServer();
  if (!codeServer) {
    throw new Stop(
      `VS Code in the browser wants Node 24, on Linux or macOS. Install ${vsix} in your VS Code: Extensions, "...", Install from VSIX.`,
    );
  }
  const { freePort, startVSCode } = await import('./vscode-server.mjs');
  const port = (await isFree(wantedPort)) ? wantedPort : await freePort();
  const vscode = await startVSCode({
    codeServer,
    workspace: folder,
    vsix,
    port,
    root: inRoot('.code-server/home', String(port)),
  });
  console.log(nextSteps(`Open ${vscode.url()}`, folder));
  console.log('\nCtrl-C ends it.');
  // Runs until a signal ends this process, and the server with it. A signal that ends only npm, whose child this is,
  // shows in the parent having changed.
  const parent = process.ppid;
  await new Promise((done) => {
    setInterval(() => process.ppid !== parent && done(undefined), 500);
  });
  await vscode.stop();
  process.exit(0);
}

function nextSteps(opening, folder) {
  return [
    '',
    `  ${opening}`,
    '',
    '  1. Press F1, run "Inkling: Start Labeling" and answer its questions.',
    '  2. Read, and press 1, 2, 3 ... to label; Backspace takes the last answer back.',
    '  3. Press F1 and run "Inkling: Show Learning Curve", later "Inkling: Export Labels...".',
    '',
    `  Your answers are kept in ${join(folder, '.inkling', 'labels')}`,
  ].join('\n');
}

function findOnPath(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

function isFree(port) {
  return new Promise((done) => {
    const server = createServer()
      .once('error', () => done(false))
      .listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}
