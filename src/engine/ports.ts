/** Ports over worker threads and in memory: the boundaries inside one process. */
import {
  MessageChannel,
  type MessagePort,
  parentPort as ownParentPort,
  type Worker,
} from 'node:worker_threads';
import type { Port } from '../protocol/rpc.ts';

/** The owner's end of a worker. It closes when the worker exits, for whatever reason. */
export function workerPort(worker: Worker): Port {
  return portOver(worker, 'exit');
}

/** The worker's end. Throws when this thread is not a worker. */
export function parentPort(): Port {
  if (!ownParentPort) throw new Error('This file runs as a worker thread only.');
  // The report on the process that better-sqlite3 asks for (store/driver.ts) has a part by each thread, and each
  // thread says for itself whether it asks the network.
  (process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean }).excludeNetwork = true;
  return portOver(ownParentPort, 'close');
}

/** Two connected ports in one thread, with the copying of a real boundary. `close` ends both. */
export function portPair(): { near: Port; far: Port; close(): void } {
  const { port1, port2 } = new MessageChannel();
  return { near: portOver(port1, 'close'), far: portOver(port2, 'close'), close: () => port1.close() };
}

function portOver(channel: Worker | MessagePort, closing: 'exit' | 'close'): Port {
  let closed = false;
  channel.once(closing, () => {
    closed = true;
  });
  return {
    post: (message) => {
      // A message to a port that has just closed has no reader: the caller learns of it through onClose.
      if (!closed) channel.postMessage(message);
    },
    onMessage: (listener) => {
      channel.on('message', listener);
    },
    onClose: (listener) => {
      if (closed) listener();
      else channel.once(closing, listener);
    },
  };
}
