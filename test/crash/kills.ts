/** Kill -9: at random moments, and at every single system call. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../src/core/random.ts';
import { isOwnExport } from '../../src/core/records/export-mark.ts';
import { readProject } from '../../src/engine/project-file.ts';
import { changedBytes, journalBytes, lostEvents, violationsAfterGoingOn } from './check.ts';
import { Place, run, type Scenario, type Start } from './run.ts';

export interface Outcome {
  runs: number;
  acks: number;
  /** How many kills fell where. */
  readonly phases: Map<string, number>;
  readonly violations: string[];
}

export function newOutcome(): Outcome {
  return { runs: 0, acks: 0, phases: new Map(), violations: [] };
}

export function countPhase({ phases }: Outcome, phase: string): void {
  phases.set(phase, (phases.get(phase) ?? 0) + 1);
}

/** How many kills one folder lives through before the next one. */
const KILLS_A_FOLDER = 25;

/** What is killed, from which phase on, and at most how many milliseconds after it begins. */
const targets: { scenario: Scenario; phase: string; count: number; within: number }[] = [
  { scenario: 'label', phase: 'starting', count: 100, within: 80 },
  { scenario: 'label', phase: 'reading', count: 100, within: 3 },
  { scenario: 'label', phase: 'labeling', count: 5000, within: 5 },
  { scenario: 'label', phase: 'labeling', count: 5000, within: 60 },
  { scenario: 'burst', phase: 'labeling', count: 5000, within: 60 },
  { scenario: 'label', phase: 'closing', count: 5, within: 1 },
  { scenario: 'project', phase: 'editing', count: 5000, within: 40 },
  { scenario: 'export', phase: 'exporting', count: 5000, within: 100 },
];

/** Kills at a random moment of each run; the folder and all that was acknowledged in it go on into the next. */
export async function randomKills(kills: number, seed?: string): Promise<Outcome> {
  const outcome = newOutcome();
  const random = new Random(kills);
  while (outcome.runs < kills) {
    using place = new Place();
    const acked: string[] = [];
    for (let turn = 0; turn < KILLS_A_FOLDER && outcome.runs < kills; turn++) {
      const before = journalBytes(place);
      const { scenario, phase, count, within } = targets[random.below(targets.length)]!;
      const delay = random.uniform() * within;
      const told = await run(place, { scenario, count, seed }, (child) => {
        const kill = () => setTimeout(() => child.kill('SIGKILL'), delay);
        if (phase === 'starting') kill();
        else child.stdout!.on('data', (data) => String(data).includes(phase) && kill());
      });
      outcome.runs++;
      countPhase(outcome, told.done ? 'ended before the kill' : told.phase);
      outcome.acks += told.acks.length;
      if (scenario === 'label' || scenario === 'burst') acked.push(...told.acks);
      else outcome.violations.push(...(await violationsOf(place, scenario, told.acks)));
      outcome.violations.push(
        ...(await lostEvents(place, acked)),
        ...changedBytes(before, journalBytes(place)),
      );
    }
    outcome.violations.push(...(await violationsAfterGoingOn(place, acked)));
  }
  return outcome;
}

const labelCalls = ['openat', 'mkdir', 'write', 'fdatasync', 'fsync', 'unlink'];
/** Half-written files have names that nobody knows beforehand, so these calls are counted wherever they go. */
const replaceCalls = ['write', 'fdatasync', 'fsync', 'rename', 'unlink'];

/** Kills at the k-th call of each kind, for every k until a run gets through. */
export async function killPoints(scenario: Scenario, count: number, seed?: string): Promise<Outcome> {
  const outcome = newOutcome();
  const labels = scenario === 'label' || scenario === 'burst';
  for (const call of labels ? labelCalls : replaceCalls) {
    // Of writes, most wake a thread; between opening a file and filling it there are two at least.
    const step = call === 'write' && !labels ? 2 : 1;
    for (let k = 1; ; k += step) {
      using place = new Place();
      const paths = labels ? place.paths.flatMap((path) => ['-P', path]) : [];
      const strace = [...paths, '-e', `trace=${call}`, '-e', `inject=${call}:signal=SIGKILL:when=${k}`];
      const told = await run(place, { scenario, count, seed, strace });
      outcome.acks += told.acks.length;
      if (told.done) break;
      outcome.runs++;
      countPhase(outcome, call);
      const violations = await violationsOf(place, scenario, told.acks);
      if (!labels) violations.push(...(await leftovers(place, { scenario, count, seed })));
      outcome.violations.push(
        ...violations.map((violation) => `${scenario} killed at ${call} ${k}: ${violation}`),
      );
    }
  }
  return outcome;
}

async function violationsOf(place: Place, scenario: Scenario, acks: readonly string[]): Promise<string[]> {
  const latest = Math.max(0, ...acks.map(Number));
  switch (scenario) {
    case 'label':
    case 'burst':
      return violationsAfterGoingOn(place, acks);
    case 'project': {
      const before = await readProject(place.folder).catch((error) => error.code as string);
      if (before === 'no-project') return acks.length > 0 ? ['the project file is gone'] : [];
      if (typeof before === 'string') return [`the project file is broken: ${before}`];
      if (Number(before.name) < latest)
        return [`version ${latest} was acknowledged, ${before.name} is there`];
      return [];
    }
    case 'export': {
      const path = join(place.folder, 'labels.jsonl');
      if (!existsSync(path)) return acks.length > 0 ? ['the export is gone'] : [];
      const bytes = readFileSync(path);
      const lines = bytes.toString().trimEnd().split('\n');
      const numbers = new Set(lines.map((line) => Number(JSON.parse(line).meta.event)));
      if (!isOwnExport(bytes) || lines.length !== 2000 || numbers.size !== 1)
        return ['the export is not whole'];
      if (Math.max(...numbers) < latest) return ['an acknowledged export is not there'];
      return [];
    }
  }
}

/** The next run clears away what the killed one left half written. */
async function leftovers(place: Place, start: Start): Promise<string[]> {
  await run(place, start);
  const folder = start.scenario === 'project' ? join(place.folder, '.inkling') : place.folder;
  return readdirSync(folder)
    .filter((name) => name.endsWith('.tmp'))
    .map((name) => `${name} was left behind`);
}
