/** Starts the child in a folder of its own, alone or under strace, and reads what it acknowledged. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Scenario = 'label' | 'burst' | 'project' | 'export';

/** A workspace folder and what belongs to it, removed when disposed. */
export class Place {
  readonly base: string;
  readonly folder: string;
  readonly acks: string;
  readonly log: string;
  readonly #ownsBase: boolean;

  /**
   * @param given an empty folder, for instance on a small disk; without it a new one among the temporary files
   * @param acks where the child tells what it has done
   */
  constructor(given?: string, acks?: string) {
    const base = given ?? mkdtempSync(join(tmpdir(), 'inkling-crash-'));
    this.#ownsBase = given === undefined;
    this.base = base;
    this.folder = join(base, 'folder');
    this.acks = acks ?? join(base, 'acks');
    this.log = join(base, 'log');
    mkdirSync(this.folder);
    mkdirSync(join(base, 'home'));
    // A known name, so that strace can be told the paths before they are there.
    writeFileSync(join(base, 'home', 'installation'), 'aaaaaaaa\n');
    // The tests go on in the child's place, in its very files.
    process.env.INKLING_HOME = join(base, 'home');
  }

  get labels(): string {
    return join(this.folder, '.inkling', 'labels');
  }

  get journal(): string {
    return join(this.labels, 'ann.aaaaaaaa-0.jsonl');
  }

  /** The paths that labeling touches. */
  get paths(): string[] {
    const names = ['.gitattributes', '.gitignore', 'ann.aaaaaaaa-0.lock', 'ann.aaaaaaaa-0.jsonl'];
    return [
      this.folder,
      join(this.folder, '.inkling'),
      this.labels,
      ...names.map((name) => join(this.labels, name)),
    ];
  }

  /** What was told since the last call. */
  told(): Told {
    const lines = existsSync(this.acks) ? readFileSync(this.acks, 'utf8').split('\n') : [];
    rmSync(this.acks, { force: true });
    const told: Told = { acks: [], errors: [], phase: 'starting', done: false };
    for (const line of lines) {
      const [word, id, ...rest] = line.split(' ');
      if (word === 'AT') told.phase = id!;
      else if (word === 'ACK') told.acks.push(id!);
      else if (word === 'ERR') told.errors.push({ id: id!, code: rest.join(' ') });
      else if (word === 'DONE') told.done = true;
    }
    return told;
  }

  [Symbol.dispose](): void {
    rmSync(this.acks, { force: true });
    for (const name of readdirSync(this.base))
      rmSync(join(this.base, name), { recursive: true, force: true });
    // The root of a mounted disk stays for whoever mounted it.
    if (this.#ownsBase) rmdirSync(this.base);
  }
}

export interface Told {
  readonly acks: string[];
  readonly errors: { id: string; code: string }[];
  /** The last phase the child said it was in. */
  phase: string;
  done: boolean;
}

export interface Start {
  readonly scenario: Scenario;
  readonly count: number;
  /** The seeded bug, if any. */
  readonly seed?: string | undefined;
  /** Arguments for strace; without them the child runs alone. */
  readonly strace?: readonly string[];
}

export function start(place: Place, { scenario, count, seed, strace }: Start): ChildProcess {
  const file = (name: string) => join(import.meta.dirname, name);
  const node = [
    process.execPath,
    ...(seed ? ['--import', file('seed.ts')] : []),
    file('child.ts'),
    place.folder,
    place.acks,
    scenario,
    String(count),
  ];
  const tracer = strace ? ['strace', '-f', '-qq', '-o', place.log, ...strace] : [];
  const [program, ...rest] = [...tracer, ...node];
  return spawn(program!, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      INKLING_HOME: join(place.base, 'home'),
      INKLING_SEED: seed ?? '',
      // One thread for file work: the k-th call is then the same one in every run.
      UV_THREADPOOL_SIZE: '1',
    },
  });
}

/** Runs the child to its end. Fails when it ends by itself and has not said that it is done. */
export async function run(
  place: Place,
  options: Start,
  whenSpawned?: (child: ChildProcess) => void,
): Promise<Told> {
  const child = start(place, options);
  let complaint = '';
  child.stderr!.on('data', (data) => {
    complaint += data;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  whenSpawned?.(child);
  const code = await ended;
  const told = place.told();
  // strace ends the way its child did.
  if (code === 0 && !told.done) throw new Error(`The child stopped early.\n${complaint}`);
  if (code !== null && code !== 0 && code !== 137)
    throw new Error(`The child ended with ${code}.\n${complaint}`);
  return told;
}

export const hasStrace = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;
