/** Takes a file's records into the index while it is read: in this thread, or, of a large file, by a thread beside it. */
import { createHash } from 'node:crypto';
import { type Remote, RemoteError } from '../../protocol/rpc.ts';
import { startWorker } from '../worker.ts';
import type { Intake, IntakeOptions } from './intake.ts';
import type { OpenSource } from './open-source.ts';
import type { Part } from './part.ts';
import type { PartReading } from './part-reader.ts';

/** One file being read. The writer has begun it. */
export interface FileReading {
  /** Reads all of it, and says after each step how many bytes that took. */
  steps(): Iterable<number> | AsyncIterable<number>;
  /**
   * @param isWhole false when the last line may be half a line, which is left for the next time
   * @returns the SHA-256 of all bytes read
   */
  end(isWhole: boolean): Promise<Uint8Array>;
}

/** The thread beside could not read the file, for whatever reason; this one still may. */
export class ReadingFailed extends Error {
  override readonly name = 'ReadingFailed';
}

export function readHere(source: OpenSource, intake: Intake, options: IntakeOptions): FileReading {
  const reader = intake.open(options);
  const digest = createHash('sha256');
  return {
    *steps() {
      for (const chunk of source.chunks()) {
        digest.update(chunk);
        reader.push(chunk);
        yield chunk.length;
      }
    },
    end: async (isWhole) => {
      if (isWhole) reader.end();
      return digest.digest();
    },
  };
}

/** The thread beside, from when it is started until `close`. */
export interface ReadingThread {
  /** Where it fails, `steps` and `end` throw `ReadingFailed`, and what was read so far is of no use. */
  read(source: OpenSource, options: IntakeOptions): FileReading;
  close(): Promise<void>;
}

/** @param intake of the index that its records go to */
export function startReadingThread(intake: Intake): ReadingThread {
  const care = { report: (error: unknown) => console.error(error), onExit() {} };
  const { remote, close } = startWorker<PartReading>('reader', {}, {}, care);
  return {
    read: (source, options) =>
      readBeside(remote, source, options, (part) => {
        intake.parts.add(part);
        for (const problem of part.problems) options.onProblem(problem);
        options.onRecords(part.count);
      }),
    close,
  };
}

/** @param take adds a part to the index; what it throws is not the thread's failure */
function readBeside(
  thread: Remote<PartReading>,
  source: Pick<OpenSource, 'descriptor' | 'size'>,
  { layout, salt, fixedRank }: IntakeOptions,
  take: (part: Part) => void,
): FileReading {
  const answered = async <Answer>(call: Promise<Answer>) => {
    try {
      return await call;
    } catch (error) {
      throw error instanceof RemoteError ? new ReadingFailed(error.message) : error;
    }
  };
  return {
    async *steps() {
      const file = source.descriptor;
      await answered(thread.open({ file, size: source.size, layout, salt, fixedRank }));
      const next = () => {
        const part = thread.next();
        // A failure is told when the part is taken, and is nobody's while it waits for that.
        part.catch(() => {});
        return part;
      };
      let coming = next();
      try {
        for (;;) {
          const part = await answered(coming);
          // The next part is read while this one is taken.
          if (!part.isLast) coming = next();
          take(part);
          yield part.bytesRead;
          if (part.isLast) return;
        }
      } finally {
        // Whoever ends this early closes the file next, and its number may be another file's then.
        await coming.catch(() => {});
      }
    },
    end: async (isWhole) => {
      const { part, hash } = await answered(thread.end(isWhole));
      take(part);
      return hash;
    },
  };
}
