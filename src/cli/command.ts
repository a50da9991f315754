/** What a command of the terminal is: its options describe, check and document themselves. */
import { parseArgs } from 'node:util';
import { UserError } from '../core/user-error.ts';

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** How the value is called in help: `FILE`, `N`. */
  readonly value?: string;
  readonly help: string;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Positional arguments in order, as shown in help: `<folder>`; all are required. */
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** What a reader of the help learns besides: output, exit code, an example. */
  readonly details: string;
  /** Returns the exit code. */
  run(args: Arguments, terminal: Terminal): Promise<number>;
}

/** Where a command reads and writes: standard output carries results, standard error everything for people. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  out(line: string): void;
  err(line: string): void;
  /** Resolves when what was written to standard output has left the process. */
  drained(): Promise<void>;
  /** Replaces the last progress line; silent where standard error is not a terminal. */
  progress(line: string): void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** The values given to a command, by option name. Each getter explains a bad value. */
export class Arguments {
  readonly #values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];

  /** @throws UserError `usage` for unknown options and missing arguments */
  constructor(command: Command, argv: readonly string[]) {
    const options = Object.fromEntries(
      Object.entries(command.options).map(([name, { type, short }]) => [
        name,
        short ? { type, short } : { type },
      ]),
    );
    try {
      const parsed = parseArgs({ args: [...argv], options, allowPositionals: true });
      this.#values = parsed.values as Record<string, string | boolean | undefined>;
      this.positionals = parsed.positionals;
    } catch (error) {
      throw usageError(
        command,
        error instanceof Error ? error.message.split('\n')[0]!.split('. ')[0]! : String(error),
      );
    }
    if (this.positionals.length !== command.positionals.length) {
      throw usageError(
        command,
        `"${command.name}" takes ${command.positionals.join(' ') || 'no arguments'}, but got ${
          this.positionals.length === 0 ? 'nothing' : this.positionals.map((given) => `"${given}"`).join(' ')
        }`,
      );
    }
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined)
      throw new UserError('usage', `The option --${name} is missing`, 'See inkling --help.');
    return value;
  }

  /** Values separated by commas, without empty ones. */
  list(name: string): string[] {
    return (this.text(name) ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }

  /** @throws UserError `usage` unless it is one of these */
  choice<Value extends string>(name: string, allowed: readonly Value[]): Value | undefined {
    const given = this.text(name);
    if (given === undefined) return undefined;
    const value = allowed.find((candidate) => candidate === given);
    if (value !== undefined) return value;
    throw new UserError(
      'usage',
      `--${name} takes ${allowed.join(', ')}, not "${given}"`,
      'Correct it and run again.',
    );
  }

  /** @throws UserError `usage` unless it is a whole number of at least `least` */
  count(name: string, otherwise: number, least = 1): number {
    const given = this.text(name);
    if (given === undefined) return otherwise;
    const value = Number(given);
    if (!Number.isSafeInteger(value) || value < least) {
      throw new UserError(
        'usage',
        `--${name} takes a whole number of at least ${least}, not "${given}"`,
        'Correct it and run again.',
      );
    }
    return value;
  }
}

/** The help of one command. */
export function helpOf(command: Command): string {
  const rows = Object.entries(command.options).map(
    ([name, { short, value, help }]) =>
      [`  ${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`, help] as const,
  );
  const width = Math.max(0, ...rows.map(([left]) => left.length)) + 2;
  return [
    `inkling ${command.name} ${command.positionals.join(' ')}${rows.length ? ' [options]' : ''}`.trimEnd(),
    '',
    command.summary,
    ...(rows.length ? ['', 'Options', ...rows.map(([left, help]) => left.padEnd(width) + help)] : []),
    '',
    command.details.trim(),
  ].join('\n');
}

function usageError(command: Command, message: string): UserError {
  return new UserError('usage', message, `See inkling ${command.name} --help.`);
}
