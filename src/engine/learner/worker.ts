/** The learner's thread: serves one `Learner` to the engine. */
import { workerData } from 'node:worker_threads';
import { serve } from '../../protocol/rpc.ts';
import { parentPort } from '../ports.ts';
import { Learner } from './learner.ts';

const { indexPath } = workerData as { readonly indexPath: string };

serve(parentPort(), new Learner(indexPath), (error) => {
  // The call is answered with the failure; the stack belongs in the log, which the thread's stderr reaches.
  console.error(error);
});
