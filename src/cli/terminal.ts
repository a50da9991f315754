/** The process's own terminal: results to standard output, words for people to standard error. */
import type { Terminal } from './command.ts';

export function processTerminal(signal: AbortSignal): Terminal {
  const { stdout, stderr, stdin } = process;
  let progressShown = false;
  const clearProgress = () => {
    if (progressShown) stderr.write('\r\x1b[K');
    progressShown = false;
  };
  return {
    input: stdin,
    signal,
    out: (line) => {
      clearProgress();
      stdout.write(`${line}\n`);
    },
    err: (line) => {
      clearProgress();
      stderr.write(`${line}\n`);
    },
    progress: (line) => {
      if (!stderr.isTTY) return;
      stderr.write(`\r\x1b[K${line.slice(0, (stderr.columns ?? 80) - 1)}`);
      progressShown = true;
    },
    drained: () => new Promise((done) => stdout.write('', () => done())),
  };
}
