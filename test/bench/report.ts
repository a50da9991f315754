/** The figures of a benchmark run: what was measured, against which goal, on which machine, at which load. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';

export interface Figure {
  readonly name: string;
  /** null: not measured, for the reason in `note`. */
  readonly value: number | null;
  /** `x` is a ratio in one interleaved run: how many times less time than what the note names. */
  readonly unit: 'x' | 'ms' | 's' | 'MB' | '%';
  /** A ratio is to be at least this, everything else at most; absent: for information. */
  readonly goal?: number;
  readonly met?: boolean;
  readonly note?: string;
}

/** Where runs are kept. */
const KEPT = join(import.meta.dirname, '../../out/bench');

export class Report {
  readonly figures: Figure[] = [];
  readonly #tell: (line: string) => void;
  readonly #loads: number[] = [loadavg()[0]!];

  /** @param tell gets each figure as it is made, as a line for people */
  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  add(figure: Omit<Figure, 'met'>): void {
    const { value, unit, goal } = figure;
    const met = value !== null && (goal === undefined || (unit === 'x' ? value >= goal : value <= goal));
    const row: Figure = {
      ...figure,
      value: value === null ? null : Number(value.toPrecision(3)),
      ...(goal === undefined ? {} : { met }),
    };
    this.figures.push(row);
    this.#loads.push(loadavg()[0]!);
    this.#tell(line(row));
  }

  /** Keeps the run under out/bench. @returns the file */
  save(): string {
    mkdirSync(KEPT, { recursive: true });
    const at = new Date().toISOString();
    const file = join(KEPT, `${at.replace(/[:.]/g, '-')}.json`);
    writeFileSync(
      file,
      `${JSON.stringify({ at, machine: this.machine(), figures: this.figures }, null, 2)}\n`,
    );
    return file;
  }

  machine(): string {
    const [low, high] = [Math.min(...this.#loads), Math.max(...this.#loads)];
    const memory = Math.round(totalmem() / 2 ** 30);
    return (
      `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${memory} GB, ${platform()} ${release()} ${arch()}, ` +
      `Node ${process.version}, load ${low.toFixed(1)} to ${high.toFixed(1)}`
    );
  }
}

function line({ name, value, unit, goal, met, note = '' }: Figure): string {
  const shown = value === null ? 'not measured' : unit === 'x' ? `${value}×` : `${value} ${unit}`;
  const wanted = goal === undefined ? '' : unit === 'x' ? `≥ ${goal}×` : `≤ ${goal} ${unit}`;
  const verdict = goal === undefined ? '' : met ? 'met' : 'missed';
  return `${name.padEnd(34)} ${shown.padStart(13)} ${wanted.padStart(11)} ${verdict.padEnd(7)} ${note}`.trimEnd();
}
