/**
 * Preloaded into a process (`--import`): a thread that comes to a place in the code prints `PAUSED` and stops there until
 * the process is killed, so that a kill falls where it is meant to on any machine. INKLING_PAUSE_AT is `<file> <code>`;
 * the thread stops after that code. The shipped code knows nothing of this.
 */
import { writeSync } from 'node:fs';
import { registerHooks } from 'node:module';

/** In milliseconds: nobody waits so long with a kill. */
const LONGEST_PAUSE = 300_000;

const [, file, code] = /^(\S+) (.+)$/.exec(process.env.INKLING_PAUSE_AT ?? '')!;
(globalThis as { pause?: () => void }).pause = () => {
  writeSync(1, 'PAUSED\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LONGEST_PAUSE);
};

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(file!)) return loaded;
    const source = String(loaded.source);
    if (!source.includes(code!)) throw new Error(`This is not in ${file} any more: ${code}`);
    return { ...loaded, source: source.replace(code!, () => `${code} pause();`) };
  },
});
