// Bundles everything that ships into dist/ with esbuild, and the extension-host tests into out/extension-test/.
//
//   node scripts/build.mjs [--target-platform=linux-x64]
//
// dist/ is CommonJS (the repository is not), says so in a package.json of its own, and holds:
//   extension.cjs                          what VS Code loads
//   cli.js                                 the command line
//   bin/inkling bin/inkling.cmd            its launchers, which the extension puts on the PATH of terminals
//   survey.js multibyte.js ...             what some of them load by import(), and many never need
//   indexer.js reader.js learner.js scorer.js simulator.js     worker threads, found by src/engine/worker-file.ts
//   queue.js queue.css curve.js curve.css  the webview pages
//   english-vectors.bin                    general English word vectors
//   <platform>.node                        SQLite for one platform; none for `universal`, which then uses node:sqlite
//   project.schema.json                    completion and checks for .inkling/project.json
//   THIRD-PARTY-NOTICES.txt                the licences of what is bundled
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildEnglishVectors, ENGLISH_VECTORS, VECTORS_PACKAGE } from './english-vectors.mjs';
import { buildKernels } from './kernels.mjs';
import { onFitNode } from './setup.mjs';
import { inRoot, isMain, main, say } from './tools.mjs';

/** vsce's names of platforms, and better-sqlite3's names of the same. */
export const TARGETS = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'alpine-x64': 'linuxmusl-x64',
  'alpine-arm64': 'linuxmusl-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'win32-x64',
  'win32-arm64': 'win32-arm64',
  universal: undefined,
};

// The bundles are CommonJS, where import.meta does not exist: these take its place.
const IMPORT_META = {
  'import.meta.url': '__bundleUrl',
  'import.meta.filename': '__filename',
  'import.meta.dirname': '__dirname',
};
const BUNDLE_URL = `const __bundleUrl = require('node:url').pathToFileURL(__filename).href;`;

// src/store/driver.ts loads its bindings while running, so that a process without one of them still starts. esbuild
// follows only a literal `require`, so here it is given one.
const followBetterSqlite = {
  name: 'follow-better-sqlite3',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]store[/\\]driver\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const contents = source.replace("load('better-sqlite3')", "require('better-sqlite3')");
      if (contents === source)
        throw new Error(`${path} no longer says load('better-sqlite3'): change scripts/build.mjs too`);
      return { contents, loader: 'ts' };
    });
  },
};

// Each of two dozen files imports the API, and for each esbuild would copy all of its hundreds of names when the
// extension is activated. Here they share one module with the names that are used.
const shareVsCode = {
  name: 'share-vscode',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^vscode$/ }, ({ kind }) =>
      kind === 'require-call' ? { path: 'vscode', external: true } : { path: 'vscode', namespace: 'shared' },
    );
    onLoad({ filter: /^vscode$/, namespace: 'shared' }, () => {
      const folder = inRoot('src/extension');
      const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
      const names = new Set(sources.flatMap((source) => source.match(/(?<=\bvscode\.)\w+/g) ?? []));
      const lines = [...names].map((name) => `export const ${name} = api.${name};`);
      return { contents: [`const api = require('vscode');`, ...lines].join('\n'), resolveDir: folder };
    });
  },
};

// What is loaded late, by import(), has a bundle of its own beside the others, so that what is loaded first stays small.
function loadLate(found) {
  return {
    name: 'load-late',
    setup({ onResolve }) {
      onResolve({ filter: /^\..*\.ts$/ }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const name = basename(path, '.ts');
        found.set(name, join(resolveDir, path));
        return { path: `./${name}.js`, external: true };
      });
    },
  };
}

const STAMP = inRoot('dist/build.json');

/** The vsce name of the platform this runs on. */
export function thisPlatform() {
  const isMusl = process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
  const target = `${isMusl ? 'alpine' : process.platform}-${process.arch}`;
  return target in TARGETS ? target : 'universal';
}

/**
 * Builds dist/ anew.
 *
 * @param {{ targetPlatform?: string }} [options]
 */
export async function build({ targetPlatform = thisPlatform() } = {}) {
  const started = performance.now();
  // Beside dist/, and moved there when it is whole: somebody may be running what is there.
  const making = `dist.${process.pid}`;
  const old = `${making}.old`;
  await buildKernels();
  await buildEnglishVectors();
  try {
    mkdirSync(inRoot(making));
    await bundleInto(making, targetPlatform);
    writeFileSync(inRoot(making, 'build.json'), JSON.stringify({ targetPlatform }));
    if (existsSync(inRoot('dist'))) renameSync(inRoot('dist'), inRoot(old));
    renameSync(inRoot(making), inRoot('dist'));
  } finally {
    for (const folder of [making, old]) rmSync(inRoot(folder), { recursive: true, force: true });
  }
  say(`built dist/ for ${targetPlatform} in ${Math.round(performance.now() - started)} ms`);
}

async function bundleInto(folder, targetPlatform) {
  const { build: bundle } = await import('esbuild');
  const common = {
    absWorkingDir: inRoot(),
    bundle: true,
    outdir: folder,
    minify: true,
    sourcemap: 'external', // for our own reading: not shipped
    metafile: true,
    legalComments: 'none', // their licences are in THIRD-PARTY-NOTICES.txt
    logLevel: 'warning',
  };
  const native = TARGETS[targetPlatform];
  const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  const late = new Map();
  const node = {
    ...common,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    keepNames: true, // a stack in the log names the functions it went through
    define: { ...IMPORT_META, INKLING_VERSION: JSON.stringify(version) },
    banner: { js: BUNDLE_URL },
    plugins: [followBetterSqlite, shareVsCode, loadLate(late)],
    supported: { 'dynamic-import': false }, // a plain require(), which every extension host knows
    external: native ? [] : ['better-sqlite3'],
    // better-sqlite3 has one entry per platform whose .node path is a literal, so that a bundler can follow it.
    ...(native ? { alias: { 'better-sqlite3': `better-sqlite3/${native}` } } : {}),
    loader: { '.node': 'copy' },
    assetNames: '[name]',
  };

  const built = await Promise.all([
    bundle({
      ...node,
      entryPoints: [{ in: 'src/extension/extension.ts', out: 'extension' }],
      outExtension: { '.js': '.cjs' },
    }),
    bundle({
      ...node,
      entryPoints: [{ in: 'src/cli/main.ts', out: 'cli' }],
      banner: { js: `#!/usr/bin/env node\n${BUNDLE_URL}` },
    }),
    bundle({
      ...node,
      entryPoints: [
        { in: 'src/engine/indexer/worker.ts', out: 'indexer' },
        { in: 'src/engine/learner/worker.ts', out: 'learner' },
        { in: 'src/engine/learner/scoring-worker.ts', out: 'scorer' },
        { in: 'src/engine/indexer/reading-worker.ts', out: 'reader' },
        { in: 'src/engine/simulate/worker.ts', out: 'simulator' },
      ],
    }),
    bundle({
      ...common,
      minifyIdentifiers: true, // not above, where a stack trace in somebody's log should stay readable
      platform: 'browser',
      format: 'iife',
      target: 'es2022',
      entryPoints: [
        { in: 'webview/queue/main.ts', out: 'queue' },
        { in: 'webview/curve/main.ts', out: 'curve' },
      ],
    }),
  ]);

  // The map grows, where one of them loads another. Tables of characters take half the room when not escaped.
  for (const [name, file] of late)
    built.push(await bundle({ ...node, charset: 'utf8', entryPoints: [{ in: file, out: name }] }));

  copyFileSync(inRoot(ENGLISH_VECTORS), inRoot(folder, basename(ENGLISH_VECTORS)));
  writeFileSync(inRoot(folder, 'package.json'), '{ "type": "commonjs" }\n');
  mkdirSync(inRoot(folder, 'bin'));
  const launcher = (name) => readFileSync(inRoot('src/cli/launcher', name), 'utf8');
  writeFileSync(inRoot(folder, 'bin/inkling'), launcher('inkling'), { mode: 0o755 });
  writeFileSync(inRoot(folder, 'bin/inkling.cmd'), launcher('inkling.cmd').replace(/\r?\n/g, '\r\n'));
  const { projectJsonSchema } = await import(pathToFileURL(inRoot('src/core/records/project.ts')).href);
  const { strategies } = await import(pathToFileURL(inRoot('src/core/query/registry.ts')).href);
  const schema = projectJsonSchema();
  // Offered while typing; other values are mixes of these, so that none is wrong by the schema.
  schema.properties.learning.properties.strategy.examples = strategies.map(({ name }) => name);
  writeFileSync(inRoot(folder, 'project.schema.json'), `${JSON.stringify(schema, null, 2)}\n`);
  writeFileSync(
    inRoot(folder, 'THIRD-PARTY-NOTICES.txt'),
    notices([...built.flatMap((result) => Object.keys(result.metafile.inputs)), VECTORS_PACKAGE]),
  );
}

/** Builds dist/ when a source is newer than it, or when it is for another platform. */
export async function buildIfStale({ targetPlatform = thisPlatform() } = {}) {
  if (existsSync(STAMP)) {
    const stamp = JSON.parse(readFileSync(STAMP, 'utf8'));
    const sources = ['src', 'kernels', 'webview', 'package-lock.json', 'scripts/build.mjs'];
    if (stamp.targetPlatform === targetPlatform && newest(sources) < statSync(STAMP).mtimeMs) return;
  }
  await build({ targetPlatform });
}

/** Bundles the mocha suite that runs inside VS Code; resolves to the file to give as `extensionTestsPath`. */
export async function buildExtensionTests() {
  const { build: bundle } = await import('esbuild');
  const files = readdirSync(inRoot('test/extension')).filter(
    (name) => name === 'suite.ts' || name.endsWith('.test.ts'),
  );
  rmSync(inRoot('out/extension-test'), { recursive: true, force: true });
  await bundle({
    absWorkingDir: inRoot(),
    bundle: true,
    outdir: 'out/extension-test',
    entryPoints: files.map((name) => `test/extension/${name}`),
    outExtension: { '.js': '.cjs' },
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    define: IMPORT_META,
    banner: { js: BUNDLE_URL },
    sourcemap: 'inline',
    external: ['vscode', 'mocha', 'better-sqlite3'],
    logLevel: 'warning',
  });
  return inRoot('out/extension-test/suite.cjs');
}

/** The time in ms of the newest change in these files and folders of the repository; absent ones do not count. */
export function newest(paths) {
  return Math.max(
    ...paths.map((path) => {
      const stat = statSync(inRoot(path), { throwIfNoEntry: false });
      if (!stat?.isDirectory()) return stat?.mtimeMs ?? 0;
      return Math.max(stat.mtimeMs, newest(readdirSync(inRoot(path)).map((name) => join(path, name))));
    }),
  );
}

/** The licence texts of the packages that these bundled files came from. */
function notices(inputs) {
  const packages = new Set(
    inputs.map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean),
  );
  const texts = [...packages].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(inRoot(folder, 'package.json'), 'utf8'));
    const textOf = (names) => {
      const file = readdirSync(inRoot(folder)).find((entry) => names.test(entry));
      return file && readFileSync(inRoot(folder, file), 'utf8').trim();
    };
    const licence = textOf(/^(licen[cs]e|copying)/i) ?? `Licence: ${license}`;
    return `${[`${name} ${version}`, licence, textOf(/^acknowledgement/i)].filter(Boolean).join('\n\n')}\n`;
  });
  return `Inkling includes these packages.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

if (isMain(import.meta)) {
  await main(async () => {
    await onFitNode();
    const { values } = parseArgs({
      options: { 'target-platform': { type: 'string', default: thisPlatform() } },
    });
    await build({ targetPlatform: values['target-platform'] });
  });
}
