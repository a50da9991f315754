/** The indexer's thread: serves one `Indexer` to the engine, and tells the engine what happens. */
import { workerData } from 'node:worker_threads';
import type { IndexerEvents } from '../../protocol/indexer.ts';
import { connect, RemoteError, serve } from '../../protocol/rpc.ts';
import { giveWay } from '../background.ts';
import { parentPort } from '../ports.ts';
import { RightOfWay } from '../right-of-way.ts';
import { Indexer } from './indexer.ts';

const { folder, indexPath, beside, rightOfWay } = workerData as {
  readonly folder: string;
  readonly indexPath: string;
  /** Whether a person labels meanwhile. */
  readonly beside?: boolean;
  readonly rightOfWay: SharedArrayBuffer;
};

if (beside) giveWay();
const port = parentPort();
const engine = connect<IndexerEvents>(port);
const events: IndexerEvents = {
  progress: (progress) => tell(engine.progress(progress)),
  committed: (generation) => tell(engine.committed(generation)),
  sourcesChanged: () => tell(engine.sourcesChanged()),
};

serve(port, new Indexer(folder, indexPath, events, new RightOfWay(rightOfWay)), report);

/** Nobody waits for the answer; an engine that has gone needs no telling. */
function tell(answer: Promise<void>): void {
  answer.catch((error: unknown) => {
    if (!(error instanceof RemoteError && error.code === 'port-closed')) report(error);
  });
}

/** The stack belongs in the log, which the thread's stderr reaches. */
function report(error: unknown): void {
  console.error(error);
}
