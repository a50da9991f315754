/** Knows where the worker files lie: beside the running code, `.ts` in the source tree, `.js` in the bundle. */

const SOURCES = {
  indexer: './indexer/worker.ts',
  learner: './learner/worker.ts',
  scorer: './learner/scoring-worker.ts',
  reader: './indexer/reading-worker.ts',
  simulator: './simulate/worker.ts',
} as const;

export type WorkerName = keyof typeof SOURCES;

/** The file to start a worker thread with. */
export function workerFile(name: WorkerName): URL {
  const fromSource = import.meta.url.endsWith('.ts');
  return new URL(fromSource ? SOURCES[name] : `./${name}.js`, import.meta.url);
}
