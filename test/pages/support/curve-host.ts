/** A small peer of the curve page, and snapshots for it to show. */
import {
  type CurvePoint,
  type CurveService,
  type CurveSnapshot,
  type CurveView,
  type Interval,
  type Measurement,
  UNMEASURED,
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

  readonly shown: (readonly [label: string, guessed: string])[] = [];

  async showRecords(label: string, guessed: string): Promise<void> {
    this.shown.push([label, guessed]);
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
    ...(points.length > 4 ? measurementOf(points) : UNMEASURED),
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
    stopping: [
      {
        name: 'target',
        title: 'Target reached',
        state: 'met',
        evidence: 'At least 90 % accurate with 95 % confidence; the goal is 90 %.',
        citation: 'Lower bound of the audit interval (Wilson 1927)',
      },
      {
        name: 'budget',
        title: 'Budget spent',
        state: 'unset',
        evidence: 'The project file sets no goal.answers and no goal.minutes.',
        citation: 'goal.answers and goal.minutes of the project file',
      },
      {
        name: 'stable-predictions',
        title: 'Stable predictions',
        state: 'open',
        evidence: 'Mean kappa of the latest 3 pairs of models: 0.981; stable from 0.99 on.',
        citation: 'Bloodgood & Vijay-Shanker 2009',
      },
      {
        name: 'overall-uncertainty',
        title: 'Low uncertainty',
        state: 'unknown',
        evidence: 'There is no model yet.',
        citation: 'Zhu, Wang & Hovy 2008',
      },
    ],
    spent: { answers: last + Math.round(last / 4), timed: last, minutes: last / 15, hourlyRate: 24 },
    training: { phase: 'ready', modelRevision: 42, ms: 310 },
    ...change,
  };
}

/** What goes with such a curve: a forecast that rises on, five labels of which two are confused. */
function measurementOf(points: readonly CurvePoint[]): Measurement {
  const now = points.at(-1)!.labels;
  const counts = [
    [60, 9, 1, 0, 0],
    [4, 41, 0, 2, 0],
    [0, 1, 33, 0, 1],
    [0, 0, 0, 22, 0],
    [1, 0, 2, 0, 6],
  ];
  return {
    points,
    quality: counts.map((row, k) => {
      const support = row.reduce((sum, value) => sum + value, 0);
      const guessed = counts.reduce((sum, other) => sum + other[k]!, 0);
      const right = row[k]!;
      return {
        support,
        guessed,
        right,
        precision: intervalAt(right / guessed),
        recall: intervalAt(right / support),
        f1: intervalAt((2 * right) / (support + guessed)),
      };
    }),
    confusion: counts.flatMap((row, truth) =>
      row.map((value, guessed) => ({ truth, guessed, count: value })).filter((cell) => cell.count > 0),
    ),
    calibration: {
      temperature: 0.81,
      error: 0.032,
      errorByChance: 0.06,
      bins: [0.35, 0.55, 0.75, 0.97].map((confidence, place) => ({
        from: Math.ceil(confidence * 10 - 1) / 10,
        to: Math.ceil(confidence * 10) / 10,
        count: 10 + 30 * place,
        confidence,
        accuracy: intervalAt(Math.min(0.96, confidence - 0.08 + 0.05 * place)),
      })),
    },
    agreements: [0, 1, 2].map((back) => ({
      labels: now - 20 * (2 - back),
      kappa: 0.97 + 0.008 * back,
      changed: 0.02 - 0.005 * back,
      changeOfF: 0.012 - 0.003 * back,
    })),
    uncertainty: 0.31,
    forecast: {
      known: true,
      labels: now,
      gain: { value: 0.004, low: 0.001, high: 0.011 },
      points: Array.from({ length: 9 }, (_, step) => {
        const labels = Math.round(now * (1 + step / 16));
        return { labels, accuracy: intervalAt(1 - 1.6 / Math.sqrt(labels)) };
      }),
      labelsForPoint: { value: 310, low: 120, high: 900 },
    },
    againstRandom: {
      known: true,
      labels: 92,
      chosen: 0.86,
      random: 0.81,
      difference: { value: 0.05, low: 0.012, high: 0.09 },
    },
  };
}

function intervalAt(value: number): Interval {
  const wide = 0.09 * (1 - value) + 0.012;
  return { value, low: Math.max(0, value - wide), high: Math.min(1, value + Math.max(0, wide) * 0.9) };
}
