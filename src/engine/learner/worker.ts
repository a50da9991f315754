/**
 * The learner's thread: serves one `Learner` to the engine.
 *
 * Learning the pool's features takes seconds in which answers must still be learned from, so the learner starts a
 * second thread from this same file for it, and ends it after. In a large pool another one (`scoring-worker.ts`) scores
 * half of the records, and stays.
 */
import { availableParallelism } from 'node:os';
import { workerData } from 'node:worker_threads';
import type { LearnerEvents } from '../../protocol/learner.ts';
import { connect, serve } from '../../protocol/rpc.ts';
import { giveWay } from '../background.ts';
import { vectorsFor } from '../english-vectors.ts';
import { parentPort } from '../ports.ts';
import { readRecords } from '../source.ts';
import { startWorker } from '../worker.ts';
import { shared } from './kept-pool.ts';
import { Learner } from './learner.ts';
import { type LearnedPool, learnPool } from './pool-learning.ts';
import type { ScoringHelper } from './pool-scorer.ts';
import type { ScoringData, ScoringService } from './scoring-worker.ts';

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

/** With fewer, one thread takes less time than a person can tell. */
const RECORDS_FOR_HELP = 100_000;
/** Milliseconds after which a helper that hears nothing is ended. A job takes it less than a second. */
const PATIENCE_WITH_HELP = 20_000;

// The call is answered with the failure; the stack belongs in the log, which the thread's stderr reaches.
const report = (error: unknown) => console.error(error);

const data = workerData as LearnerData;
// Nobody waits for the features; for the choice only where nobody has cards to answer meanwhile.
if ('task' in data || data.beside) giveWay();
const port = parentPort();
serve(port, 'task' in data ? featureService() : learnerOf(data.folder, data.indexPath), report);

function featureService(): FeatureService {
  return { learnPool: async (...parameters) => shared(learnPool(...parameters)) };
}

function learnerOf(folder: string, indexPath: string): Learner {
  const events = connect<LearnerEvents>(port);
  return new Learner({
    indexPath,
    report,
    poolLearned: () => {
      events.poolLearned().catch(report);
    },
    keep: (name, parts) => {
      events.keep(name, parts).catch(report);
    },
    readTexts: async (layout, records) => {
      const read = await readRecords(folder, layout, records);
      return read.map((record) => (record === 'changed' ? undefined : record.text));
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
    // With a single processor two threads would take turns.
    scoring: availableParallelism() > 1 ? { fromRecords: RECORDS_FOR_HELP, start: startHelper } : undefined,
  });
}

function startHelper(): ScoringHelper {
  const beside: ScoringData = { beside: 'beside' in data && data.beside === true };
  const patience = () => PATIENCE_WITH_HELP;
  const worker = startWorker<ScoringService>('scorer', beside, {}, { report, onExit() {}, patience });
  const { remote } = worker;
  return {
    ready: () => remote.ready(),
    score: (job, space) => remote.score(job, space),
    close: () => worker.close(),
  };
}
