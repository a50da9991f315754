// Owns one running VS Code: the workbench and the Node extension host of npm's code-server, on 127.0.0.1.
//
//   const vscode = await startVSCode({ codeServer: await installCodeServer(), workspace, vsix });
//   ... open vscode.url() in a browser ...
//   await vscode.stop();
//
// Everything an instance writes lies under its `root` (HOME included), so two instances never meet, and nothing of
// the person's own editor is read or changed.
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

// Quiet, offline, the same every time. They are the user settings of an instance that has none yet.
const QUIET_SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.enableExperiments': false,
  'workbench.settings.enableNaturalLanguageSearch': false,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'json.schemaDownload.enable': false,
  'git.autofetch': false,
  'window.menuBarVisibility': 'classic',
};

/**
 * @typedef {object} VSCodeOptions
 * @property {{ version: string, node: string, entry: string }} codeServer what installCodeServer() resolved to
 * @property {string} workspace the folder that is opened
 * @property {string} [vsix] installed before the start
 * @property {number} [port] 0, or absent: any free one. State that a browser keeps, and the id of a folder's
 *   storage, hang on the port: give the same one to meet them again
 * @property {Record<string, unknown>} [settings] user settings on top of the quiet ones
 * @property {Record<string, string>} [env] for the server and its extension host
 * @property {string} [root] where the instance writes; absent: a new folder that stop() removes
 * @property {boolean} [trust] whether VS Code asks whom to trust, and a folder is not trusted until somebody says so
 * @property {boolean} [testDriver] wanted by url({ dev, tests }); it hides notification toasts
 */

/**
 * @typedef {object} VSCode
 * @property {string} root
 * @property {string} origin
 * @property {(development?: { dev?: string, tests?: string, folder?: string }) => string} url the workbench;
 *   `dev` is the desktop's --extensionDevelopmentPath, `tests` its --extensionTestsPath
 * @property {() => Promise<void>} stop ends the server and its extension hosts
 */

/**
 * @param {VSCodeOptions} options
 * @returns {Promise<VSCode>}
 */
export async function startVSCode({
  codeServer,
  workspace,
  vsix,
  port = 0,
  settings = {},
  env = {},
  root,
  trust = false,
  testDriver = false,
}) {
  const home = root ?? mkdtempSync(join(tmpdir(), 'inkling-vscode-'));
  const data = join(home, 'user-data');
  const userSettings = join(data, 'User/settings.json');
  for (const folder of [dirname(userSettings), join(home, 'extensions')])
    mkdirSync(folder, { recursive: true });
  writeFileSync(join(home, 'config.yaml'), 'auth: none\n');
  if (!existsSync(userSettings))
    writeFileSync(
      userSettings,
      JSON.stringify({ ...QUIET_SETTINGS, 'security.workspace.trust.enabled': trust, ...settings }, null, 2),
    );

  /** @type {import('node:child_process').ChildProcess | undefined} */
  let server;
  const cleanUp = () => {
    // The whole group: a busy or hung extension host does not notice that its server is gone.
    if (server?.pid) endGroup(server.pid);
    if (!root) rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  // First among the listeners: others may want to remove a folder that the server still writes to.
  process.prependOnceListener('exit', cleanUp);
  exitOnSignals();

  // It knows neither of two options below; the test driver it takes from the environment (scripts/setup.mjs).
  const isOldest = codeServer.version.startsWith('4.103.');
  const driver = testDriver ? { INKLING_TEST_DRIVER: '1' } : {};
  const childEnv = isolatedEnv(home, codeServer.node, { ...driver, ...env });
  const args = [
    codeServer.entry,
    ...['--config', join(home, 'config.yaml')],
    ...['--user-data-dir', data],
    ...['--extensions-dir', join(home, 'extensions')],
  ];
  if (vsix) {
    await promisify(execFile)(codeServer.node, [...args, '--install-extension', resolve(vsix), '--force'], {
      env: childEnv,
    });
  }
  server = spawn(
    codeServer.node,
    [
      ...args,
      ...['--bind-addr', `127.0.0.1:${port || (await freePort())}`],
      ...['--disable-telemetry', '--disable-update-check'],
      ...(trust ? [] : ['--disable-workspace-trust']),
      ...['--disable-getting-started-override', '--disable-proxy', '--ignore-last-opened'],
      // Otherwise a closed page leaves its extension host alive for 3 h.
      ...(isOldest ? [] : ['--reconnection-grace-time', '1']),
      // A built workbench ignores `payload` unless this is set. It also opens Settings as a tab.
      ...(testDriver && !isOldest ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
    ],
    { env: childEnv, stdio: ['ignore', 'pipe', 'pipe'], detached: true }, // detached: a process group of its own
  );
  const origin = await listening(server);

  const remote = (path) => `vscode-remote://${new URL(origin).host}${resolve(path)}`;
  return {
    root: home,
    origin,
    url({ dev, tests, folder = workspace } = {}) {
      // VS Code itself ignores a wrong path without a word.
      if (dev && !existsSync(join(dev, 'package.json')))
        throw new Error(`no extension here: ${resolve(dev)}`);
      const payload = [];
      if (dev) payload.push(['extensionDevelopmentPath', remote(dev)]);
      if (tests) payload.push(['extensionTestsPath', remote(tests)]);
      const query = new URLSearchParams({ folder: resolve(folder) });
      if (payload.length) query.set('payload', JSON.stringify(payload));
      return `${origin}/?${query}`;
    },
    async stop() {
      if (server.exitCode === null && server.signalCode === null) {
        const gone = new Promise((done) => server.once('exit', done));
        server.kill('SIGTERM');
        const timer = setTimeout(() => server.kill('SIGKILL'), 10_000);
        await gone;
        clearTimeout(timer);
      }
      process.off('exit', cleanUp);
      cleanUp();
    },
  };
}

/** A port of 127.0.0.1 that nobody listens on at this moment. */
export function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => done(port));
    });
  });
}

// A signal ends Node without its 'exit' listeners, and the server would live on. Not once(): npm passes Ctrl-C on,
// so it comes twice.
let exitsOnSignals = false;
function exitOnSignals() {
  if (exitsOnSignals) return;
  exitsOnSignals = true;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, (_, number) => process.exit(128 + number));
}

/** A HOME of its own, and nothing inherited from a surrounding VS Code or npm. */
function isolatedEnv(home, node, extra) {
  const env = { ...process.env };
  for (const key of Object.keys(env)) {
    if (/^(VSCODE_|ELECTRON_|CODE_SERVER_|NODE_OPTIONS$|NODE_TEST_CONTEXT$|npm_)/.test(key)) delete env[key];
  }
  return {
    ...env,
    HOME: home,
    XDG_DATA_HOME: join(home, 'xdg/data'),
    XDG_CONFIG_HOME: join(home, 'xdg/config'),
    XDG_CACHE_HOME: join(home, 'xdg/cache'),
    XDG_RUNTIME_DIR: home,
    PATH: `${dirname(node)}:${env.PATH}`,
    EXTENSIONS_GALLERY: '{}', // no marketplace: code-server would otherwise ask for one
    ...extra,
  };
}

/** Resolves to the server's origin; rejects with its output when it exits or has not started in 300 s. */
function listening(server) {
  let log = '';
  return new Promise((ok, fail) => {
    const timer = setTimeout(() => fail(new Error(`code-server did not start in 300 s:\n${log}`)), 300_000);
    const read = (chunk) => {
      if (log.length < 100_000) log += chunk;
      const match = /HTTP server listening on (http:\/\/[^\s/]+)/.exec(log);
      if (!match) return;
      clearTimeout(timer);
      ok(match[1]);
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.once('exit', (code) => {
      clearTimeout(timer);
      fail(new Error(`code-server exited with ${code}:\n${log}`));
    });
  });
}

function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody left.
  }
}
