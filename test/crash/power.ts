/** Power cuts: after every system call of a traced run, what would be on the disk must hold all acknowledged. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Random } from '../../src/core/random.ts';
import { isProblem, LineReader } from '../../src/journal/line.ts';
import { violationsAfterGoingOn } from './check.ts';
import { Disk, parseCalls, text } from './disk.ts';
import { countPhase, newOutcome, type Outcome } from './kills.ts';
import { Place, run, type Scenario } from './run.ts';

const traced = 'openat,close,mkdir,write,pwrite64,ftruncate,fsync,fdatasync,rename,unlink';
/** Beside the state with nothing but what was flushed. */
const TORN_STATES = 3;
/** How many states are also gone on from, by a real journal in a real folder. */
const EVERY = 25;

/** @param inject for strace, to let calls fail while the run is traced */
export async function powerCuts(
  states: number,
  seed?: string,
  options: { scenario?: Scenario; inject?: readonly string[] } = {},
): Promise<Outcome> {
  const outcome = newOutcome();
  const random = new Random(states);
  const { scenario = 'label', inject = [] } = options;
  while (outcome.runs < states) {
    using place = new Place();
    // Each state takes one call; a label takes about four that matter.
    const count = Math.min(100, Math.ceil((states - outcome.runs) / 12));
    const strace = ['-xx', '-s', '1000000', '-e', `trace=${traced}`, ...inject];
    await run(place, { scenario, count, seed, strace });
    await replay(place, scenario, random, states, outcome);
    if (inject.length > 0) break;
  }
  return outcome;
}

async function replay(
  place: Place,
  scenario: Scenario,
  random: Random,
  states: number,
  outcome: Outcome,
): Promise<void> {
  const disk = new Disk(place.folder);
  const acked: string[] = [];
  for (const call of parseCalls(readFileSync(place.log, 'latin1'))) {
    const told = call.name === 'write' ? text(call.args[1]!) : '';
    const acks = [...told.matchAll(/^ACK (\S+)$/gm)].map(([, id]) => id!);
    if (acks.length > 0) {
      acked.push(...acks);
      outcome.acks += acks.length;
    } else if (!disk.apply(call)) {
      continue;
    }
    for (let state = 0; state <= TORN_STATES && outcome.runs < states; state++) {
      const files = disk.afterPowerCut(state === 0 ? undefined : random);
      outcome.runs++;
      countPhase(outcome, acks.length > 0 ? 'after an acknowledgement' : `after ${call.name}`);
      const lost = scenario === 'project' ? projectFaults(files, acked) : missing(files, acked);
      outcome.violations.push(...lost.map((what) => `after ${call.name}: ${what} is not on the disk`));
      if (outcome.runs % EVERY === 0 && scenario !== 'project')
        outcome.violations.push(...(await goOn(files, place, acked)));
    }
  }
}

function missing(files: ReadonlyMap<string, Buffer>, acked: readonly string[]): string[] {
  const reader = new LineReader();
  const found = new Set<string>();
  for (const [path, bytes] of files) {
    if (!path.endsWith('.jsonl')) continue;
    for (const line of bytes.toString().split('\n')) {
      if (line.trim() === '') continue;
      const read = reader.read(line);
      if (!isProblem(read)) found.add(read.id);
    }
  }
  return acked.filter((id) => !found.has(id));
}

/** The project file is whole, and no older than the last version that was acknowledged. */
function projectFaults(files: ReadonlyMap<string, Buffer>, acked: readonly string[]): string[] {
  const [, bytes] = [...files].find(([path]) => path.endsWith('/project.json')) ?? [];
  if (!bytes) return acked.length > 0 ? ['the project file'] : [];
  try {
    const { name } = JSON.parse(bytes.toString()) as { name: string };
    return Number(name) >= Number(acked.at(-1) ?? 0) ? [] : [`version ${acked.at(-1)}`];
  } catch {
    return ['a whole project file'];
  }
}

/** Builds the folder as the power cut left it, and labels on. */
async function goOn(
  files: ReadonlyMap<string, Buffer>,
  from: Place,
  acked: readonly string[],
): Promise<string[]> {
  using place = new Place();
  for (const [path, bytes] of files) {
    const there = join(place.folder, path.slice(from.folder.length));
    mkdirSync(dirname(there), { recursive: true });
    writeFileSync(there, bytes);
  }
  // Locks of a machine that was off are stale, but this process can't tell while the pid is used again.
  rmSync(join(place.labels, 'ann.aaaaaaaa-0.lock'), { force: true });
  return await violationsAfterGoingOn(place, acked);
}
