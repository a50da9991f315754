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
      stdout.write(`${harmless(line)}\n`);
    },
    err: (line) => {
      clearProgress();
      stderr.write(`${harmless(line)}\n`);
    },
    progress: (line) => {
      if (!stderr.isTTY) return;
      stderr.write(`\r\x1b[K${line.slice(0, (stderr.columns ?? 80) - 1)}`);
      progressShown = true;
    },
    drained: () => new Promise((done) => stdout.write('', () => done())),
  };
}

/**
 * Control characters as their symbols: a record or a label name may hold sequences that steer a terminal. JSON has them
 * escaped already, so nothing changes there.
 */
function harmless(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return line.replace(/[\0-\x08\x0b-\x1f]/g, (control) =>
    String.fromCharCode(0x2400 + control.charCodeAt(0)),
  );
}
