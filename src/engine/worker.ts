/** A running worker thread behind its typed service: started, served, ended. */
import { Worker } from 'node:worker_threads';
import { connect, type Remote, serve } from '../protocol/rpc.ts';
import { workerPort } from './ports.ts';
import { type WorkerName, workerFile } from './worker-file.ts';

/** Above this a worker dies alone, with a message, instead of taking the editor along. In MiB. */
const HEAP_LIMIT = 2048;

export interface RunningWorker<Service> {
  readonly remote: Remote<Service>;
  /** Resolves when the thread is gone. */
  close(): Promise<void>;
}

/**
 * @param data what the worker needs to start; copied to it
 * @param events answers the worker's own calls
 * @param onExit told when the worker ends without `close` having been called
 */
export function startWorker<Service extends object>(
  name: WorkerName,
  data: object,
  events: object,
  { report, onExit }: { report(error: unknown): void; onExit(): void },
): RunningWorker<Service> {
  const worker = new Worker(workerFile(name), {
    workerData: data,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT },
  });
  const port = workerPort(worker);
  let closing = false;
  worker.on('error', report);
  worker.once('exit', () => {
    if (!closing) onExit();
  });
  serve(port, events, report);
  const remote = connect<Service>(port);
  return {
    remote,
    close: async () => {
      closing = true;
      await worker.terminate();
    },
  };
}
