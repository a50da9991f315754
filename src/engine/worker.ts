/** A running worker thread behind its typed service: started, served, ended. */
import { Worker } from 'node:worker_threads';
import { connect, type Remote, serve } from '../protocol/rpc.ts';
import { Patience } from './patience.ts';
import { workerPort } from './ports.ts';
import { type WorkerName, workerFile } from './worker-file.ts';

/** Above this a worker dies alone, with a message, instead of taking the editor along. In MiB. */
const HEAP_LIMIT = 2048;
/**
 * Room for what a worker has just made, in MiB: V8 would take 48, of which two thirds stay taken. Workers mostly work on
 * arrays, which lie elsewhere.
 */
const YOUNG_LIMIT = 12;
/** How often a watched worker is asked whether it is there, in milliseconds. */
const ASK_EVERY = 2000;

export interface RunningWorker<Service> {
  readonly remote: Remote<Service>;
  /** Resolves when the thread is gone. */
  close(): Promise<void>;
}

export interface WorkerCare {
  report(error: unknown): void;
  /** Told when the worker ends without `close` having been called. */
  onExit(): void;
  /** How many milliseconds it may be deaf, while its process works, before it is ended (see `Patience`); undefined: for ever. */
  patience?(): number;
}

/**
 * @param data what the worker needs to start; copied to it
 * @param events answers the worker's own calls
 */
export function startWorker<Service extends object>(
  name: WorkerName,
  data: object,
  events: object,
  { report, onExit, patience }: WorkerCare,
): RunningWorker<Service> {
  const worker = new Worker(workerFile(name), {
    workerData: data,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT, maxYoungGenerationSizeMb: YOUNG_LIMIT },
  });
  const port = workerPort(worker);
  let closing = false;
  serve(port, events, report);
  const remote = connect<Service & { areYouThere(): void }>(port);
  const stopAsking =
    patience &&
    watch(remote, patience, () => {
      report(
        new Error(
          `The ${name} has not answered for ${Math.round(patience() / 1000)} seconds or more; it is ended.`,
        ),
      );
      worker.terminate().catch(report);
    });
  worker.on('error', report);
  worker.once('exit', () => {
    stopAsking?.();
    if (!closing) onExit();
  });
  return {
    remote,
    close: async () => {
      closing = true;
      stopAsking?.();
      await worker.terminate();
    },
  };
}

/** Asks now and then, and tells when there was no answer for too long. Returns how to stop. */
function watch(remote: Remote<{ areYouThere(): void }>, limit: () => number, isHung: () => void): () => void {
  const patience = new Patience();
  let isAsked = false;
  let before = process.cpuUsage();
  const answered = () => {
    isAsked = false;
    patience.answered();
  };
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    if (!isAsked) {
      isAsked = true;
      // That there is no such method is an answer, too.
      remote.areYouThere().then(answered, answered);
      return;
    }
    // Counted, not timed: a machine that was asleep has not been waiting.
    patience.waited(ASK_EVERY, (user + system) / 1000);
    if (!patience.isOver(limit())) return;
    clearInterval(timer);
    isHung();
  }, ASK_EVERY);
  timer.unref();
  return () => clearInterval(timer);
}
