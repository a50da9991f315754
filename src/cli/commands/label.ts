/** `inkling label`: answers from standard input, each acknowledged once it is safe on disk. */
import { createInterface } from 'node:readline';
import { UserError } from '../../core/user-error.ts';
import type { Engine, GivenAnswer } from '../../engine/engine.ts';
import type { Command } from '../command.ts';
import { annotatorOption, jsonOption, updateIndex, withEngine } from './shared.ts';

/** Answers on their way to the disk at one time: enough to share an fsync, few enough to stop reading ahead. */
const IN_FLIGHT = 64;
const LINE_LIMIT = 1024 * 1024;

export const label: Command = {
  name: 'label',
  summary: 'Save answers read from standard input.',
  positionals: ['<folder>'],
  options: {
    stdin: { type: 'boolean', help: 'read {"key":…,"label":…} lines from standard input (the only way in)' },
    annotator: annotatorOption,
    json: jsonOption,
  },
  details: `
Each line is {"key": …, "label": …}: the key as printed by "inkling next", the label by name or id; null clears.
Where a record can have several labels, {"key": …, "labels": […]}: an empty list says that none applies.
A repeated key relabels. {"key": …, "confirm": true} says that the answer from before the text changed still holds
(see "inkling review"). "strategy", "utility", "guess" and "p" as "inkling next --json" printed them are noted beside the
answer: what the curve says of guesses, and the adaptive strategy, live by them. For each line, in order, one line is printed:

  ACK <event id>            once the answer is durable: it survives a crash and a power cut
  ERR <code> <sentence>     when it was not saved; the other lines go on

With --json the same as {"ack": id} or {"err": code, "message": …}. The exit code is 1 if any line failed.`,
  async run(args, terminal) {
    if (!args.flag('stdin')) {
      throw new UserError(
        'usage',
        '"label" reads its answers from standard input',
        'Add --stdin, and give one {"key","label"} object a line.',
      );
    }
    return withEngine(args, terminal, async (engine) => {
      await updateIndex(engine, terminal);
      let failed = 0;
      const say = (result: Saved) => {
        if ('err' in result) failed++;
        if (args.flag('json')) terminal.out(JSON.stringify(result));
        else terminal.out('ack' in result ? `ACK ${result.ack}` : `ERR ${result.err} ${result.message}`);
      };
      // Answers are saved together, for they share an fsync, and reported one after the other.
      let reported = Promise.resolve();
      let count = 0;
      for await (const line of createInterface({
        input: terminal.input,
        crlfDelay: Number.POSITIVE_INFINITY,
        signal: terminal.signal,
      })) {
        if (terminal.signal.aborted) break;
        if (line.trim() === '') continue;
        const saving = save(engine, line);
        reported = reported.then(async () => say(await saving));
        if (++count % IN_FLIGHT === 0) await reported;
      }
      await reported;
      terminal.signal.throwIfAborted();
      return failed > 0 ? 1 : 0;
    });
  },
};

type Saved = { readonly ack: string } | { readonly err: string; readonly message: string };

async function save(engine: Engine, line: string): Promise<Saved> {
  try {
    const answer = parseAnswer(line);
    return { ack: await ('confirm' in answer ? engine.confirm(answer) : engine.answer(answer)) };
  } catch (error) {
    if (error instanceof UserError) return { err: error.code, message: error.sentence };
    throw error;
  }
}

type Given = GivenAnswer | { key: string; confirm: true };

function parseAnswer(line: string): Given {
  if (line.length > LINE_LIMIT)
    throw new UserError(
      'bad-line',
      'The line is longer than 1 MB',
      'Give one {"key","label"} object a line.',
    );
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new UserError('bad-line', 'The line is not JSON', 'Give one {"key","label"} object a line.');
  }
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const { key, label, labels, confirm } = fields;
  if (typeof key !== 'string')
    throw new UserError('bad-line', 'The line has no "key"', 'Give the key that "inkling next" printed.');
  if (confirm === true && label === undefined) return { key, confirm };
  if (Array.isArray(labels) && label === undefined && labels.every((each) => typeof each === 'string'))
    return { key, label: labels, ...howChosen(fields) };
  if (typeof label !== 'string' && label !== null) {
    throw new UserError(
      'bad-line',
      'The line has no "label"',
      'Give the name or id of a label, or null to clear; several as "labels", in a list.',
    );
  }
  return { key, label, ...howChosen(fields) };
}

/** What "inkling next" said of the record, where the line says it again. */
function howChosen({ strategy, utility, guess, p }: Record<string, unknown>): Pick<GivenAnswer, 'chosen'> {
  const chosen = {
    ...(typeof strategy === 'string' && strategy.length <= 200 ? { strategy } : {}),
    ...(typeof utility === 'number' ? { utility } : {}),
    ...(typeof guess === 'string' ? { guess } : {}),
    ...(typeof p === 'number' && p >= 0 && p <= 1 ? { p } : {}),
  };
  return Object.keys(chosen).length > 0 ? { chosen } : {};
}
