/** What several commands share: opening the engine of a folder, keeping the person informed, closing it again. */
import { Engine } from '../../engine/engine.ts';
import type { Arguments, OptionSpec, Terminal } from '../command.ts';

export const jsonOption: OptionSpec = { type: 'boolean', help: 'print JSON, for programs' };

export const annotatorOption: OptionSpec = {
  type: 'string',
  value: 'NAME',
  help: "who answers; default: git's user.name, else the account's name",
};

/** Opens the folder's engine, gives it to `work`, and closes it whatever happens. */
export async function withEngine<Result>(
  args: Arguments,
  terminal: Terminal,
  work: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const engine = await Engine.open(args.positionals[0]!, {
    annotator: args.text('annotator'),
    report: (error) => terminal.err(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  });
  const stop = () => void engine.stop().catch(() => {});
  terminal.signal.addEventListener('abort', stop);
  try {
    return await work(engine);
  } finally {
    terminal.signal.removeEventListener('abort', stop);
    await engine.close();
  }
}

/** Brings the index up to date, with progress on a terminal. */
export async function updateIndex(engine: Engine, terminal: Terminal) {
  const report = await engine.updateIndex((progress) =>
    terminal.progress(
      `reading ${number(progress.filesDone)} of ${number(progress.files)} files, ${number(progress.records)} records`,
    ),
  );
  terminal.signal.throwIfAborted();
  return report;
}

export function number(value: number): string {
  return value.toLocaleString('en-US');
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** `1 record`, `2 records`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}
