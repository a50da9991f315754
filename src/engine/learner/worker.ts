/**
 * The learner's thread: serves one `Learner` to the engine.
 *
 * Learning the pool's features takes seconds in which answers must still be learned from, so the learner starts a
 * second thread from this same file for it, and ends it after.
 */
import { workerData } from 'node:worker_threads';
import type { LearnerEvents } from '../../protocol/learner.ts';
import { connect, serve } from '../../protocol/rpc.ts';
import { giveWay } from '../background.ts';
import { vectorsFor } from '../english-vectors.ts';
import { parentPort } from '../ports.ts';
import { readRecord } from '../source.ts';
import { startWorker } from '../worker.ts';
import { Learner } from './learner.ts';
import { type LearnedPool, learnPool } from './pool-learning.ts';

export type LearnerData =
  | {
      readonly folder: string;
      readonly indexPath: string;
      /** Whether a person labels meanwhile. */
      readonly beside?: boolean;
    }
  | { readonly task: 'features' };

interface FeatureService {
  learnPool(...parameters: Parameters<typeof learnPool>): Promise<LearnedPool>;
}

// The call is answered with the failure; the stack belongs in the log, which the thread's stderr reaches.
const report = (error: unknown) => console.error(error);

const data = workerData as LearnerData;
// Nobody waits for the features; for the choice only where nobody has cards to answer meanwhile.
if ('task' in data || data.beside) giveWay();
const port = parentPort();
serve(port, 'task' in data ? featureService() : learnerOf(data.folder, data.indexPath), report);

function featureService(): FeatureService {
  return { learnPool: async (...parameters) => learnPool(...parameters) };
}

function learnerOf(folder: string, indexPath: string): Learner {
  const events = connect<LearnerEvents>(port);
  return new Learner({
    indexPath,
    report,
    poolLearned: () => {
      events.poolLearned().catch(report);
    },
    keepFeatures: (kept) => {
      events.keepFeatures(kept).catch(report);
    },
    readText: async (layout, record) => {
      const read = await readRecord(folder, layout, record);
      return read === 'changed' ? undefined : read.text;
    },
    generalVectors: (language) => vectorsFor(language, report),
    learnPool: async (...parameters) => {
      const data: LearnerData = { task: 'features' };
      const worker = startWorker<FeatureService>('learner', data, {}, { report, onExit() {} });
      try {
        return await worker.remote.learnPool(...parameters);
      } finally {
        await worker.close();
      }
    },
  });
}
