// `npm start -- --headless`: the main job in the terminal. It makes the sample, indexes it, answers by the answers
// recorded in it, shows the learning curve as it grows, exports, and says where the file is.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildIfStale } from './build.mjs';
import { makeSample, SAMPLE_LABELS } from './make-sample.mjs';
import { inRoot, Stop } from './tools.mjs';

/** How many answers each round gives: a point of the curve after each. */
const ROUNDS = [20, 20, 20, 40, 50, 50, 50, 50];

export async function runHeadless() {
  await buildIfStale();
  const folder = inRoot('out/headless');
  rmSync(folder, { recursive: true, force: true });
  makeSample(folder);
  const answers = readFileSync(join(folder, 'messages.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).answer);

  show(
    folder,
    'init <folder> --source messages.jsonl --text text --id id --answers answer --labels',
    SAMPLE_LABELS.join(','),
  );
  await inkling([
    'init',
    folder,
    '--source',
    'messages.jsonl',
    '--text',
    'text',
    '--id',
    'id',
    '--answers',
    'answer',
    '--labels',
    SAMPLE_LABELS.join(','),
  ]);
  show(folder, 'index <folder>');
  process.stdout.write(await inkling(['index', folder]));

  show(
    folder,
    'next <folder> -n 20 --json   then   label <folder> --stdin   then   curve <folder> --json,   again and again',
  );
  console.log('answers  accuracy  95 % interval');
  let given = 0;
  for (const size of ROUNDS) {
    const asked = lines(await inkling(['next', folder, '-n', String(size), '--json']));
    // `line` is the record's line in messages.jsonl, from 1.
    const replies = asked.map(({ key, line }) => JSON.stringify({ key, label: answers[line - 1] }));
    const acknowledged = await inkling(
      ['label', folder, '--stdin', '--annotator', 'recorded'],
      `${replies.join('\n')}\n`,
    );
    given += acknowledged.split('\n').filter((line) => line.startsWith('ACK ')).length;
    console.log(curveLine(given, JSON.parse(await inkling(['curve', folder, '--json']))));
  }

  const file = join(folder, 'labels.jsonl');
  show(folder, 'export <folder> -o', relative(inRoot(), file));
  process.stdout.write(await inkling(['export', folder, '-o', file]));
  const exported = lines(readFileSync(file, 'utf8'));
  if (exported.length !== given)
    throw new Stop(`${given} answers were saved, but ${exported.length} were exported.`);
  console.log(`\nThe ${exported.length} labels are in ${file}`);
  return 0;
}

/** Runs one command of the built command line; resolves to its standard output. */
async function inkling(args, input = '') {
  const child = spawn(process.execPath, [inRoot('dist/cli.js'), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise((done) => child.once('close', done));
  child.stdin.end(input);
  const output = await text(child.stdout);
  const status = await ended;
  if (status !== 0) throw new Stop(`inkling ${args[0]} ended with ${status}.\n${output}`);
  return output;
}

/** Prints a command as a person would type it. */
function show(folder, command, ...rest) {
  console.log(
    `\n$ npm run -s inkling -- ${[command.replaceAll('<folder>', relative(inRoot(), folder)), ...rest].join(' ')}`,
  );
}

function curveLine(given, { points }) {
  const last = points.at(-1);
  if (!last) return `${String(given).padStart(7)}  not measured yet`;
  const percent = (share) => `${(share * 100).toFixed(1)} %`;
  const { value, low, high } = last.accuracy;
  const bar = '█'.repeat(Math.round(value * 40)).padEnd(40, '·');
  return `${String(given).padStart(7)}  ${percent(value).padStart(8)}  ${`${percent(low)} – ${percent(high)}`.padEnd(17)}  ${bar}`;
}

function lines(jsonl) {
  return jsonl
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
