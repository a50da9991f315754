/** The thread beside the learner's that scores blocks of a large pool. It keeps nothing: each job says all it needs. */
import { workerData } from 'node:worker_threads';
import { serve } from '../../protocol/rpc.ts';
import { giveWay } from '../background.ts';
import { parentPort } from '../ports.ts';
import { BlockScorer, type ScoringJob, type WorkSpace } from './block-scorer.ts';

export interface ScoringService {
  /** The answer says that the thread is there. */
  ready(): void;
  score(job: ScoringJob, space: WorkSpace): void;
}

export interface ScoringData {
  /** Whether a person labels meanwhile. */
  readonly beside: boolean;
}

if ((workerData as ScoringData).beside) giveWay();
const service: ScoringService = {
  ready: () => {},
  score: (job, space) => {
    const scorer = new BlockScorer(job, space);
    while (scorer.scoreNext());
  },
};
serve(parentPort(), service, (error) => console.error(error));
