// `npm test`: installs what is missing, then runs every tier, one after the other, and says how each went.
//
//   npm test [-- unit e2e]        only these tiers; `-- --only unit,e2e` says the same
//
// A tier that this machine cannot run says so, and fails when CI=true.
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CHROMIUM_WANTED, ensureChromium } from './chromium.mjs';
import { installCodeServer, onFitNode } from './setup.mjs';
import { inRoot, main, run, Stop, say, withNode } from './tools.mjs';

const TIERS = [
  { name: 'types', run: () => tool('typescript', 'tsc', '--noEmit') },
  { name: 'lint', run: () => tool('@biomejs/biome', 'biome', 'check', '--error-on-warnings') },
  { name: 'unit', run: () => nodeTest(testsIn('unit')) },
  { name: 'integration', run: () => nodeTest(testsIn('integration')), package: true },
  { name: 'crash', run: () => nodeTest(testsIn('crash')) },
  { name: 'pages', run: () => nodeTest(testsIn('pages')), needs: noBrowser },
  { name: 'extension', run: () => nodeTest(['test/extension/run.ts']), needs: noVSCode, package: true },
  {
    name: 'e2e',
    run: () => nodeTest(testsIn('e2e'), { oneAtATime: true }),
    needs: noVSCode,
    package: true,
  },
];

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: 'string', default: '' } },
  });
  const tiers = chosen([...positionals, ...values.only.split(',')].filter((name) => name !== ''));
  await onFitNode();
  const results = [];
  for (const tier of tiers) {
    const started = performance.now();
    const missing = await tier.needs?.();
    if (missing) say(`THE ${tier.name.toUpperCase()} TESTS CANNOT RUN HERE: ${missing}`);
    else say(`${tier.name} ...`);
    const outcome = missing ? 'not run' : await outcomeOf(tier);
    results.push({ name: tier.name, outcome, seconds: (performance.now() - started) / 1000 });
  }
  say('');
  for (const { name, outcome, seconds } of results)
    say(`${name.padEnd(12)} ${outcome.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s`);
  const isBad = ({ outcome }) => outcome === 'failed' || (outcome === 'not run' && process.env.CI === 'true');
  return results.some(isBad) ? 1 : 0;
});

function chosen(names) {
  if (names.length === 0) return TIERS;
  const unknown = names.find((name) => !TIERS.some((tier) => tier.name === name));
  if (unknown !== undefined)
    throw new Stop(`"${unknown}" is no tier. They are ${TIERS.map(({ name }) => name).join(', ')}.`);
  return TIERS.filter(({ name }) => names.includes(name));
}

async function outcomeOf(tier) {
  try {
    if (tier.package) {
      // Once, before files that run side by side would each do it.
      const { packageIfStale } = await import('./package.mjs');
      await packageIfStale();
    }
    return (await tier.run()) === 0 ? 'passed' : 'failed';
  } catch (error) {
    say(error instanceof Stop ? error.message : String(error?.stack ?? error));
    return 'failed';
  }
}

/** Runs the program `name` of an npm package with this Node. */
function tool(packageName, name, ...args) {
  const { bin } = JSON.parse(readFileSync(inRoot('node_modules', packageName, 'package.json'), 'utf8'));
  return run(process.execPath, [inRoot('node_modules', packageName, bin[name]), ...args], {
    env: environment(),
  });
}

function testsIn(tier) {
  const files = readdirSync(inRoot('test', tier), { recursive: true }).filter((file) =>
    file.endsWith('.test.ts'),
  );
  if (files.length === 0) throw new Stop(`there is no test in test/${tier}.`);
  return files.sort().map((file) => join('test', tier, file));
}

function nodeTest(files, { oneAtATime = false } = {}) {
  const concurrency = oneAtATime ? 1 : availableParallelism();
  const options = [
    '--test',
    '--test-reporter=spec',
    // Ends what hangs. Busy machines take minutes for what takes seconds elsewhere.
    '--test-timeout=900000',
    `--test-concurrency=${concurrency}`,
  ];
  return run(process.execPath, [...options, ...files], { env: environment() });
}

/** `node` is the one that runs this, for the programs that tests start too. */
function environment() {
  const env = withNode(process.execPath);
  if (env.INKLING_STUTTER === undefined) return env;
  const options = `${env.NODE_OPTIONS ?? ''} --require=${inRoot('test', 'support', 'stutter.cjs')}`;
  return { ...env, NODE_OPTIONS: options };
}

async function noBrowser() {
  return (await ensureChromium()) ? undefined : CHROMIUM_WANTED;
}

async function noVSCode() {
  if (!(await installCodeServer())) return 'VS Code in the browser wants Node 24, on Linux or macOS.';
  return noBrowser();
}
