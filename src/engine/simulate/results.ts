/**
 * Finished runs on disk: a file of JSON lines, one a run, so that a simulation that was stopped goes on where it was.
 *
 * A line is written whole once its run is done. What a kill left of a line is no line: it is passed over, and its run
 * is made again. Several simulations may write to one folder; a run that both made stands there twice, alike.
 */
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAll } from '../../journal/durable.ts';
import type { ReplayPoint } from './replay.ts';

export const RESULTS_FILE = 'runs.jsonl';

/** Everything that a run's figures depend on. */
export type RunKey = Readonly<Record<string, string | number | boolean>>;

export class Results {
  readonly path: string;
  readonly #known: Map<string, ReplayPoint[]>;
  /** Whether the file ends within a line. */
  #torn: boolean;

  private constructor(path: string, known: Map<string, ReplayPoint[]>, torn: boolean) {
    this.path = path;
    this.#known = known;
    this.#torn = torn;
  }

  /** @param folder is made where it is missing */
  static async open(folder: string): Promise<Results> {
    await mkdir(folder, { recursive: true });
    const path = join(folder, RESULTS_FILE);
    const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const known = new Map<string, ReplayPoint[]>();
    for (const line of content.split('\n')) {
      const run = runIn(line);
      if (run) known.set(keyOf(run.run), run.points);
    }
    return new Results(path, known, content !== '' && !content.endsWith('\n'));
  }

  find(run: RunKey): ReplayPoint[] | undefined {
    return this.#known.get(keyOf(run));
  }

  async add(run: RunKey, points: ReplayPoint[]): Promise<void> {
    this.#known.set(keyOf(run), points);
    const line = `${this.#torn ? '\n' : ''}${JSON.stringify({ run, points })}\n`;
    this.#torn = false;
    const file = await open(this.path, 'a');
    try {
      await writeAll(file, Buffer.from(line));
    } finally {
      await file.close();
    }
  }
}

/** The same for the same values, whatever their order. */
function keyOf(run: RunKey): string {
  return JSON.stringify(Object.entries(run).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function runIn(line: string): { run: RunKey; points: ReplayPoint[] } | undefined {
  try {
    const { run, points } = JSON.parse(line) as { run?: unknown; points?: unknown };
    if (typeof run !== 'object' || run === null || !Array.isArray(points)) return undefined;
    const whole = points.length > 0 && points.every(isPoint);
    return whole ? { run: run as RunKey, points } : undefined;
  } catch {
    return undefined;
  }
}

function isPoint(value: unknown): value is ReplayPoint {
  if (typeof value !== 'object' || value === null) return false;
  const { labels, accuracy, macroF1 } = value as Record<string, unknown>;
  return [labels, accuracy, macroF1].every((figure) => typeof figure === 'number');
}
