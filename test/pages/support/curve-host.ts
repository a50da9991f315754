/** A small peer of the curve page, and snapshots for it to show. */
import type {
  CurvePoint,
  CurveService,
  CurveSnapshot,
  CurveView,
  Interval,
} from '../../../src/protocol/curve.ts';
import { connect, type Port, type Remote, serve } from '../../../src/protocol/rpc.ts';

export class CurveHost implements CurveService {
  readonly copied: string[] = [];
  failure: Error | undefined;
  #snapshot: CurveSnapshot;
  #view: Remote<CurveView> | undefined;

  constructor(snapshot: CurveSnapshot) {
    this.#snapshot = snapshot;
  }

  readonly attach = (port: Port): void => {
    this.#view = connect<CurveView>(port);
    serve(port, this, (error) => {
      if (error !== this.failure) throw error;
    });
  };

  async show(snapshot: CurveSnapshot): Promise<void> {
    this.#snapshot = snapshot;
    await this.#view?.show(snapshot);
  }

  async open(): Promise<CurveSnapshot> {
    if (this.failure) throw this.failure;
    return this.#snapshot;
  }

  async copy(text: string): Promise<void> {
    if (this.failure) throw this.failure;
    this.copied.push(text);
  }
}

/** A curve that rises as 1 - 1/sqrt(answers), with as many points and guesses as asked for. */
export function snapshotOf(
  pointCount: number,
  guessCount: number,
  change: Partial<CurveSnapshot> = {},
): CurveSnapshot {
  const points: CurvePoint[] = Array.from({ length: pointCount }, (_, index) => {
    const labels = Math.round(20 * 1.35 ** index);
    return {
      labels,
      accuracy: intervalAt(1 - 1.6 / Math.sqrt(labels)),
      macroF1: intervalAt(0.95 - 1.9 / Math.sqrt(labels)),
    };
  });
  const last = points.at(-1)?.labels ?? guessCount;
  return {
    revision: 1,
    project: 'Support mail',
    points,
    prequential: Array.from({ length: guessCount }, (_, index) => {
      const labels = Math.max(1, Math.round(((index + 1) * last) / guessCount));
      return { labels, accuracy: Math.max(0, 0.9 - 1.4 / Math.sqrt(labels) + 0.03 * Math.sin(index / 3)) };
    }),
    window: 100,
    labels: ['billing', 'refund', 'delivery', 'account', 'other'].map((name, index) => ({
      id: `L${index}`,
      name,
      ...(index === 1 ? { color: '#d33' } : {}),
      trained: Math.round(last / (index + 2)),
      audited: Math.round(last / (4 * (index + 2))),
    })),
    trained: last,
    audited: Math.round(last / 4),
    records: 50_000,
    findings: [
      'The model answers 92.0 % of records as you would, give or take 1.9 points.',
      'A hundred more answers should bring about half a point: you may stop when that is too little.',
    ],
    training: { phase: 'ready', modelRevision: 42, ms: 310 },
    ...change,
  };
}

function intervalAt(value: number): Interval {
  const wide = 0.09 * (1 - value) + 0.012;
  return { value, low: Math.max(0, value - wide), high: Math.min(1, value + wide * 0.9) };
}
