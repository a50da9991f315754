/** Asks scikit-learn (Debian's python3-sklearn) to do the same work, on one thread. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Times } from './measure.ts';

const PYTHON = '/usr/bin/python3';
const ONE_THREAD = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };

/** A fit's times, and how exact it was: the gradient's length as a share of its length at zero weights. */
export type FitTimes = Times & { readonly tolerance: number };

export interface Sklearn {
  ask<Answer>(request: { readonly do: string; readonly [name: string]: unknown }): Promise<Answer>;
  close(): void;
}

/** Why there is no scikit-learn here, or undefined. */
export function missingSklearn(): string | undefined {
  const { status } = spawnSync(PYTHON, ['-c', 'import sklearn'], { stdio: 'ignore' });
  return status === 0 ? undefined : 'scikit-learn is not here (apt-get install python3-sklearn)';
}

export function startSklearn(): Sklearn {
  const python = spawn(PYTHON, [join(import.meta.dirname, 'peer.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...ONE_THREAD },
  });
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  return {
    async ask<Answer>(request: object): Promise<Answer> {
      python.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('scikit-learn ended without an answer.');
      return JSON.parse(value) as Answer;
    },
    close: () => python.stdin.end(),
  };
}
