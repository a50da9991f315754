/** Kill -9 of the real command line: labeling, indexing, training, exporting and importing in one folder, again and again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { Random } from '../../src/core/random.ts';
import { recordKey } from '../../src/core/records/record.ts';
import { createProject } from '../../src/engine/project-file.ts';
import { textHash } from '../../src/engine/text-hash.ts';
import { changedBytes, journalBytes, lostEvents } from './check.ts';
import { countPhase, newOutcome, type Outcome } from './kills.ts';
import type { Phase } from './phases.ts';
import { Place } from './run.ts';

const CLI = resolve(import.meta.dirname, '../../src/cli/main.ts');
const PHASES = join(import.meta.dirname, 'phases.ts');

/** How many kills one folder lives through before it is checked by the commands themselves. */
const KILLS_A_FOLDER = 10;
const RECORDS = 3000;

interface Target {
  readonly phase: Phase;
  /** The kill comes at one of the first so many announcements of the phase … */
  readonly times: number;
  /** … and at most so many milliseconds after it; `at once`: the process waits there for its end. */
  readonly within: number | 'at once';
}

/** Every kill takes the next one, so that none is left out, however few kills there are. */
const targets: readonly Target[] = [
  { phase: 'before write', times: 8, within: 'at once' },
  { phase: 'between write and fsync', times: 8, within: 'at once' },
  { phase: 'between fsync and acknowledgement', times: 8, within: 'at once' },
  { phase: 'in index', times: 1, within: 200 },
  { phase: 'in train', times: 1, within: 100 },
  { phase: 'in export', times: 1, within: 60 },
  { phase: 'in import', times: 1, within: 100 },
  { phase: 'after acknowledgement', times: 300, within: 5 },
];

/**
 * The folder and all that was acknowledged go on from one kill into the next.
 *
 * @param kills spread over the phases in turn
 * @param once ends as soon as each phase was struck
 */
export async function commandKills(kills: number, once = false): Promise<Outcome> {
  const outcome = newOutcome();
  const random = new Random(kills);
  let aimed = 0;
  let wasMissed = false;
  const goesOn = () => outcome.runs < kills && !(once && aimed >= targets.length);
  while (goesOn()) {
    using place = new Place();
    await fillFolder(place);
    const acked: string[] = [];
    let exported = 0;
    const ended = await command(place, ['label', place.folder, '--stdin'], { input: answers(random, 60) });
    acked.push(...ended.acks);
    for (let turn = 0; turn < KILLS_A_FOLDER && goesOn(); turn++) {
      const target = targets[aimed % targets.length]!;
      const before = journalBytes(place);
      const result = await killed(place, target, wasMissed, random);
      const phase = phaseOf(target, result);
      outcome.runs++;
      countPhase(outcome, phase);
      // What was missed is tried again, and waits for its end then.
      wasMissed = phase !== target.phase;
      if (!wasMissed) aimed++;
      outcome.acks += result.acks.length;
      acked.push(...result.acks);
      const violations = [...(await lostEvents(place, acked)), ...changedBytes(before, journalBytes(place))];
      const rows = exportedRows(place);
      if (rows === 'broken') violations.push('the export is not whole');
      else if (rows < exported) violations.push(`the export had ${exported} labels and has ${rows}`);
      else exported = rows;
      outcome.violations.push(...violations.map((what) => `killed ${phase}: ${what}`));
    }
    outcome.violations.push(...(await violationsOfCommands(place, acked)));
  }
  return outcome;
}

/** What strikes where: each call on the journal's file, and what it stands between. Reading opens and closes it too. */
const points = [
  { call: 'openat', reading: 1, phase: 'before write' },
  { call: 'write', reading: 0, phase: 'before write' },
  { call: 'fdatasync', reading: 0, phase: 'between write and fsync' },
  { call: 'close', reading: 1, phase: 'between fsync and acknowledgement' },
] as const;

/** Kills `inkling label` at the first so many calls of each kind on its journal, under strace, in one folder. */
export async function commandPoints(labels: number): Promise<Outcome> {
  const outcome = newOutcome();
  const random = new Random(labels);
  using place = new Place();
  await fillFolder(place);
  const label = (strace: readonly string[]) =>
    command(place, ['label', place.folder, '--stdin', '--annotator', 'ann'], {
      // One after the other: answers that are read together would be written with one call.
      input: { lines: answers(random, labels + 1).split(/(?<=\n)/), waits: true },
      strace,
    });
  const acked = (await label([])).acks;
  for (const { call, reading, phase } of points) {
    for (let k = reading + 1; k <= reading + labels; k++) {
      const before = journalBytes(place);
      const inject = `inject=${call}:signal=SIGKILL:when=${k}`;
      const strace = ['-P', place.journal, '-e', `trace=${call}`, '-e', inject];
      const { acks, code } = await label(strace);
      if (code !== null) outcome.violations.push(`${call} ${k} never came`);
      outcome.runs++;
      outcome.acks += acks.length;
      acked.push(...acks);
      countPhase(outcome, phase);
      const violations = [...(await lostEvents(place, acked)), ...changedBytes(before, journalBytes(place))];
      outcome.violations.push(...violations.map((what) => `killed at ${call} ${k}: ${what}`));
    }
  }
  // The labels of the run that nothing killed are acknowledged as well.
  outcome.acks += labels + 1;
  outcome.violations.push(...(await violationsOfCommands(place, acked)));
  return outcome;
}

/** What the commands themselves say of the folder after all the kills. */
async function violationsOfCommands(place: Place, acked: readonly string[]): Promise<string[]> {
  const violations: string[] = [];
  const expect = async (args: string[], isRight: (out: string) => boolean) => {
    const { code, out, err } = await command(place, args);
    if (code !== 0 || !isRight(out))
      violations.push(`${args[0]} ended with ${code}: ${out.slice(0, 300)} ${err}`);
  };
  await expect(['index', place.folder, '--json'], (out) => {
    const { records, problems } = JSON.parse(out) as { records: number; problems: number };
    return records === recordCount(place) && problems === 0;
  });
  await expect(['verify', place.folder, '--json'], (out) => {
    const { problems, labelled } = JSON.parse(out) as { problems: unknown[]; labelled: number };
    return problems.length === 0 && labelled > 0;
  });
  await expect(['next', place.folder, '-n', '5', '--json'], (out) => out.split('\n').length === 6);
  await expect(['export', place.folder, '-o', exportPath(place)], () => exportedRows(place) !== 'broken');
  for (const name of readdirSync(place.folder))
    if (name.endsWith('.tmp')) violations.push(`${name} was left behind`);
  return [...violations, ...(await lostEvents(place, acked))];
}

/** Where the kill struck. Commands but `label` announce their one phase, and then what they print at their end. */
function phaseOf({ phase }: Target, { lastPhase, phases }: Ended): string {
  const isWithin = phase.startsWith('in ') && phases.has(phase) && lastPhase !== 'after acknowledgement';
  return isWithin && lastPhase !== ENDED ? phase : lastPhase;
}

const ENDED = 'ended before the kill';

/** @param waits whether the process waits for its end where the kill is to strike, whatever the target says */
function killed(place: Place, target: Target, waits: boolean, random: Random): Promise<Ended> {
  const after = 1 + random.below(target.times);
  const within = waits ? 'at once' : target.within;
  const wait = within === 'at once' ? 0 : random.uniform() * within;
  const pause = within === 'at once' ? { pause: `${target.phase}:${after}` } : {};
  let seen = 0;
  const onPhase = (phase: Phase, child: ChildProcess) => {
    if (phase !== target.phase || ++seen !== after) return;
    setTimeout(() => child.kill('SIGKILL'), wait);
  };
  const { folder } = place;
  switch (target.phase) {
    case 'in index':
      appendFileSync(join(folder, 'data', 'grows.jsonl'), records(recordCount(place), 500));
      return command(place, ['index', folder], { onPhase, ...pause });
    case 'in train':
      return command(place, ['next', folder], { onPhase, ...pause });
    case 'in export':
      return command(place, ['export', folder, '-o', exportPath(place)], { onPhase, ...pause });
    case 'in import':
      writeFileSync(join(place.base, 'labels.jsonl'), importRows(random, 1000));
      return command(place, ['import', folder, join(place.base, 'labels.jsonl'), '--annotator', 'imp'], {
        onPhase,
        ...pause,
      });
    default:
      return command(place, ['label', folder, '--stdin'], {
        onPhase,
        ...pause,
        input: answers(random, 4000),
      });
  }
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly acks: string[];
  /** What the process was last about to do. */
  readonly lastPhase: string;
  /** All that it announced. */
  readonly phases: ReadonlySet<string>;
}

interface CommandOptions {
  /** `waits`: the next line is given when the one before is acknowledged. */
  readonly input?: string | { readonly lines: readonly string[]; readonly waits: true };
  readonly strace?: readonly string[];
  /** Where the process stops: `<phase>:<k>`. */
  readonly pause?: string;
  readonly onPhase?: (phase: Phase, child: ChildProcess) => void;
}

function command(
  place: Place,
  args: readonly string[],
  { input = '', strace = [], pause = '', onPhase }: CommandOptions = {},
): Promise<Ended> {
  const tracer = strace.length > 0 ? ['strace', '-f', '-qq', '-o', '/dev/null', ...strace] : [];
  const [program, ...rest] = [...tracer, process.execPath, '--import', PHASES, CLI, ...args];
  const child = spawn(program!, rest, {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      INKLING_HOME: join(place.base, 'home'),
      INKLING_CACHE: join(place.base, 'cache'),
      INKLING_PAUSE: pause,
      // strace counts the calls of each thread by itself: with one that does them all, the k-th is the k-th.
      ...(strace.length > 0 && { UV_THREADPOOL_SIZE: '1' }),
    },
  });
  let out = '';
  let err = '';
  let lastPhase = 'starting';
  const phases = new Set<string>();
  // A killed process reads no further.
  child.stdin!.on('error', () => {});
  const waiting = typeof input === 'string' ? [] : [...input.lines];
  const give = () => {
    const line = waiting.shift();
    if (line === undefined) child.stdin!.end();
    else child.stdin!.write(line);
  };
  if (typeof input === 'string') child.stdin!.end(input);
  else give();
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
    if (typeof input !== 'string' && chunk.includes('ACK ')) give();
  });
  child.stderr!.setEncoding('utf8').on('data', (chunk) => (err += chunk));
  let line = '';
  (child.stdio[3] as Readable).setEncoding('utf8').on('data', (chunk) => {
    const lines = (line + chunk).split('\n');
    line = lines.pop()!;
    for (const phase of lines) {
      lastPhase = phase;
      phases.add(phase);
      onPhase?.(phase as Phase, child);
    }
  });
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => {
      // Only what ends with its line end was said; the killed process may have been in the middle of a word.
      const lines = out.split('\n').slice(0, -1);
      const acks = lines.flatMap((said) => (said.startsWith('ACK ') ? [said.slice(4)] : []));
      if (code !== null && code !== 0 && onPhase)
        return fail(new Error(`${args[0]} ended with ${code}: ${err}`));
      done({ code, out, err, acks, phases, lastPhase: code === null ? lastPhase : ENDED });
    });
  });
}

async function fillFolder(place: Place): Promise<void> {
  await createProject(place.folder, {
    sources: [{ include: ['data/*.jsonl'], text: 'text' }],
    labels: ['even', 'odd'],
  });
  const folder = join(place.folder, 'data');
  mkdirSync(folder);
  writeFileSync(join(folder, 'fixed.jsonl'), records(0, RECORDS));
  writeFileSync(join(folder, 'grows.jsonl'), '');
}

function recordCount(place: Place): number {
  return RECORDS + readFileSync(join(place.folder, 'data', 'grows.jsonl'), 'utf8').split('\n').length - 1;
}

function textOf(number: number): string {
  return `the ${number % 2 === 0 ? 'even left' : 'odd right'} record ${number} of ${number % 97} and ${number % 31}`;
}

function records(from: number, count: number): string {
  return Array.from({ length: count }, (_, i) => `${JSON.stringify({ text: textOf(from + i) })}\n`).join('');
}

function answers(random: Random, count: number): string {
  return Array.from({ length: count }, () => {
    const number = random.below(RECORDS);
    const key = recordKey({ hash: textHash(textOf(number)), n: 0, src: 'data/fixed.jsonl' });
    return `${JSON.stringify({ key, label: number % 2 === 0 ? 'even' : 'odd' })}\n`;
  }).join('');
}

function importRows(random: Random, count: number): string {
  return Array.from({ length: count }, () => {
    const number = random.below(RECORDS);
    return `${JSON.stringify({ text: textOf(number), label: number % 2 === 0 ? 'even' : 'odd' })}\n`;
  }).join('');
}

function exportPath(place: Place): string {
  return join(place.folder, 'labels.jsonl');
}

/** How many labels the exported file has; it is whole when every line is. */
function exportedRows(place: Place): number | 'broken' {
  if (!existsSync(exportPath(place))) return 0;
  const text = readFileSync(exportPath(place), 'utf8');
  if (!text.endsWith('\n')) return 'broken';
  try {
    return text
      .trimEnd()
      .split('\n')
      .filter((line) => (JSON.parse(line) as { meta: { inkling: number } }).meta.inkling > 0).length;
  } catch {
    return 'broken';
  }
}
