/** The terminal shell: finds the command, runs it, turns what happened into an exit code. */
import { UserError } from '../core/user-error.ts';
import { Arguments, type Command, helpOf, type Terminal } from './command.ts';
import { commands } from './commands/index.ts';
import { processTerminal } from './terminal.ts';

/** 0 done · 1 something the person can mend, said in a sentence · 2 wrong usage · 3 our own bug · 130 Ctrl-C. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const asked = commands.find((command) => command.name === rest[0]);
    terminal.out(asked ? helpOf(asked) : overview());
    return name === undefined ? 2 : 0;
  }
  if (name === '--version') {
    terminal.out(VERSION);
    return 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) {
    terminal.err(
      `"${name}" is not a command of inkling. The commands are ${commands.map(({ name }) => name).join(', ')}.`,
    );
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(helpOf(command));
    return 0;
  }
  try {
    return await command.run(new Arguments(command, rest), terminal);
  } catch (error) {
    return explain(error, command, rest.includes('--json'), terminal);
  }
}

function explain(error: unknown, command: Command, json: boolean, terminal: Terminal): number {
  if (terminal.signal.aborted) {
    terminal.err('Stopped. What was saved stays saved.');
    return 130;
  }
  const said = sayable(error);
  if (said) {
    if (json) terminal.out(JSON.stringify({ error: said }));
    terminal.err(`inkling ${command.name}: ${said.message} ${said.wayOut}`.trim());
    return said.code === 'usage' ? 2 : 1;
  }
  terminal.err(`inkling ${command.name}: this is a bug of Inkling's, not yours; your labels are safe.`);
  terminal.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 3;
}

/** Errors that carry a code and a way out, also those that crossed from a worker. */
function sayable(error: unknown): { code: string; message: string; wayOut: string } | undefined {
  if (error instanceof UserError) {
    return { code: error.code, message: error.message.replace(/[.!?]?$/, '.'), wayOut: error.wayOut };
  }
  if (error instanceof Error && 'wayOut' in error && typeof error.wayOut === 'string') {
    return {
      code: String((error as { code?: unknown }).code),
      message: error.message.replace(/[.!?]?$/, '.'),
      wayOut: error.wayOut,
    };
  }
  return undefined;
}

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  return [
    'inkling: label text while a model on this machine learns what to ask next',
    '',
    'Usage: inkling <command> [options]      inkling <command> --help',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`),
    '',
    'A first session:',
    '  inkling init reviews --source "data/*.jsonl" --text text --labels praise,complaint',
    '  inkling next reviews -n 5',
    `  echo '{"key":"<key>","label":"praise"}' | inkling label reviews --stdin`,
    '  inkling curve reviews',
    '  inkling export reviews -o labels.jsonl',
    '',
    'Exit codes: 0 done; 1 something to mend, said in a sentence; 2 wrong usage; 3 a bug; 130 stopped by Ctrl-C.',
  ].join('\n');
}

/** Set by the build from package.json. */
declare const INKLING_VERSION: string | undefined;
const VERSION = typeof INKLING_VERSION === 'string' ? INKLING_VERSION : 'development';

if (process.argv[1] && /(?:[/\\]cli[/\\]main\.ts|[/\\]cli\.js|[/\\]inkling)$/.test(process.argv[1])) {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  process.once('SIGHUP', () => stop.abort());
  // A reader that goes away (`| head`) ends us quietly.
  process.stdout.on('error', () => process.exit(0));
  const terminal = processTerminal(stop.signal);
  main(process.argv.slice(2), terminal).then(async (code) => {
    process.exitCode = code;
    await terminal.drained();
  });
}
