/**
 * Preloaded into a command (`--import`): announces on descriptor 3 what the process is about to do, so that the killer
 * can choose its moment and say afterwards in which one it struck. With INKLING_PAUSE="<phase>:<k>" the process stops
 * at the k-th announcement of that phase until it is killed, since some phases are over before a signal arrives. The
 * shipped code knows nothing of this.
 */
import { writeSync } from 'node:fs';
import { registerHooks } from 'node:module';

/** In milliseconds: nobody waits so long with a kill. */
const LONGEST_PAUSE = 300_000;

/** The moments, each with the place in the code that it comes before (`^`) or after (`$`). */
export const phases = {
  'before write': ['/journal/append.ts', 'await writeAll(handle, endsLine', '^'],
  'between write and fsync': ['/journal/append.ts', 'await flush(handle);', '^'],
  'between fsync and acknowledgement': ['/journal/append.ts', 'await flush(handle);', '$'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a place in a source
  'after acknowledgement': ['/cli/terminal.ts', 'stdout.write(`${harmless(line)}\\n`);', '$'],
  'in index': ['/engine/indexer/run.ts', 'async execute(): Promise<IndexReport> {', '$'],
  'in train': ['/engine/learner/learner.ts', 'async teach(lesson: Lesson): Promise<Teaching> {', '$'],
  'in export': ['/engine/export.ts', 'return await write(options);', '^'],
  'in import': ['/engine/import.ts', 'let { labels } = target;', '^'],
} as const;

export type Phase = keyof typeof phases;

const [pausePhase, pauseAt] = (process.env.INKLING_PAUSE ?? ':').split(':');
let seen = 0;
(globalThis as { announce?: (phase: string) => void }).announce = (phase) => {
  writeSync(3, `${phase}\n`);
  if (phase !== pausePhase || ++seen !== Number(pauseAt)) return;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LONGEST_PAUSE);
};

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const here = Object.entries(phases).filter(([, [file]]) => url.endsWith(file));
    if (here.length === 0) return loaded;
    let source = String(loaded.source);
    for (const [phase, [file, code, side]] of here) {
      if (!source.includes(code)) throw new Error(`The phase "${phase}" is not in ${file} any more.`);
      const call = `announce(${JSON.stringify(phase)});`;
      source = source.replace(code, () => (side === '^' ? `${call}${code}` : `${code}${call}`));
    }
    return { ...loaded, source };
  },
});
