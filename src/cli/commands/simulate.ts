/** `inkling simulate`: replays recorded answers to measure how fast a way of asking learns. */
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../../core/user-error.ts';
import type { Noise } from '../../engine/simulate/noise.ts';
import { type AnsweredRecords, readAnswered, readProjectAnswers } from '../../engine/simulate/records.ts';
import { htmlReport, namesOf, verdictWords, writeReport } from '../../engine/simulate/report.ts';
import { type SimulationProgress, simulate } from '../../engine/simulate/simulate.ts';
import type { Arguments, Command, Terminal } from '../command.ts';
import { counted, jsonOption, number } from './shared.ts';

export const simulateCommand: Command = {
  name: 'simulate',
  summary: 'Measure strategies on labelled data: accuracy against labels, over several seeds.',
  positionals: [],
  options: {
    pool: {
      type: 'string',
      value: 'FILE',
      help: 'JSONL, JSON, CSV or TSV with a text and a label a record: what may be asked',
    },
    test: {
      type: 'string',
      value: 'FILE',
      help: 'likewise; only ever used to measure. Without it, a part of the pool is held out, another for every seed',
    },
    folder: {
      type: 'string',
      value: 'FOLDER',
      help: 'without --pool: the project whose sources have a label field; default: the current folder',
    },
    label: { type: 'string', value: 'FIELD', help: 'the field with the true label; default: label' },
    text: {
      type: 'string',
      value: 'FIELD',
      help: "the field with the text; default: text, or the project's",
    },
    'multi-label': {
      type: 'boolean',
      help: 'a record can have several labels: the field holds a list, or a;b; an empty list is none',
    },
    'hold-out': {
      type: 'string',
      value: 'SHARE',
      help: 'how much to measure with where there is no --test; default 0.3',
    },
    strategy: { type: 'string', value: 'A,B', help: 'query strategies; default: default,random' },
    features: {
      type: 'string',
      value: 'A,B',
      help: 'default: what the product uses; pool: the same without its English word vectors; tfidf: plain tf-idf, C = 10',
    },
    classifier: {
      type: 'string',
      value: 'A,B',
      help: 'logistic or ml-logistic-regression; default: logistic',
    },
    start: {
      type: 'string',
      value: 'A,B',
      help: 'how the first 20 are chosen, clusters or random; default: random for plain strategies on tfidf, else clusters',
    },
    noise: {
      type: 'string',
      value: 'P,Q',
      help: 'the share of answers that are wrong, such as 0,0.2; "recorded" takes those of --noise-field; default 0',
    },
    'noise-field': {
      type: 'string',
      value: 'FIELD',
      help: "a field with an annotator's answers, right or wrong",
    },
    labels: { type: 'string', value: 'N', help: 'how many labels to spend; default 500' },
    batch: { type: 'string', value: 'N,M', help: 'how many to ask at once; default 20' },
    seeds: { type: 'string', value: 'N', help: 'how many runs of each combination; default 5' },
    audit: { type: 'boolean', help: 'spend every tenth label on a random record that only measures' },
    results: {
      type: 'string',
      short: 'o',
      value: 'FOLDER',
      help: 'keep finished runs there and make only those that are missing; report.html and report.json are written beside',
    },
    html: {
      type: 'string',
      value: 'FILE',
      help: 'write the report there: one page with curves that opens offline',
    },
    workers: {
      type: 'string',
      value: 'N',
      help: 'how many runs at once; default and most: the number of cores',
    },
    json: jsonOption,
  },
  details: `
Every combination of the lists is run with each seed, in parallel. Where random is among the strategies, each of the
others gets a verdict: how many labels it saves against random with the same features from the same first records, with
a 95 % interval, or that this cannot be told. Ctrl-C ends it; with --results the same command goes on from there.

"stream 0.8 0.1" is no choice among a pool: records come one by one, and are asked about below a certainty of 0.8, one
in ten at most, or never. A module of your own is described in the guide; it runs with your rights.

With --multi-label the strategies are default, mmc, cvirs, label-cardinality and random, judged by micro-F1; accuracy is
that of whole sets.

With --json: {"records","labels","seeds","audit","runs":[{"strategy","features","classifier","start","noise","batch",
"seeds","curve":[{"labels","accuracy":{"mean","sd","interval"},"macroF1":{…}}],"rounds":[…],"verdict","audit"}]}.

  inkling simulate --pool train.jsonl --test test.jsonl --strategy margin,random --labels 300
  inkling simulate --pool tickets.csv --text body --label queue --html report.html
  inkling simulate --label topic --noise 0,0.2 --results lab        in a folder with a project`,
  async run(args, terminal) {
    const results = args.text('results');
    const html = args.text('html');
    const wanted = {
      holdOut: args.text('hold-out') === undefined ? undefined : share(args.text('hold-out')!),
      strategies: listed(args, 'strategy', ['default', 'random']),
      features: listed(args, 'features', ['default']),
      classifiers: listed(args, 'classifier', ['logistic']),
      starts: args.text('start') === undefined ? undefined : args.list('start'),
      noise: noiseOf(args),
      batches: listed(args, 'batch', ['20']).map((batch) => whole('batch', batch)),
      labels: args.count('labels', 500),
      seeds: args.count('seeds', 5),
      audit: args.flag('audit'),
      workers: args.text('workers') === undefined ? undefined : args.count('workers', 1),
    };
    const { title, pool, test } = await recordsOf(args, terminal);
    const report = await simulate({
      ...wanted,
      pool,
      test,
      results,
      version: VERSION,
      signal: terminal.signal,
      onProgress: progressIn(terminal),
    });
    const page = () =>
      htmlReport(report, {
        title,
        command: `inkling simulate ${commandLine(args)}`,
        version: VERSION,
        made: new Date().toISOString(),
      });
    if (results !== undefined) {
      await writeReport(join(results, 'report.html'), page());
      await writeReport(join(results, 'report.json'), `${JSON.stringify(report)}\n`);
    }
    if (html !== undefined) {
      await mkdir(dirname(resolve(html)), { recursive: true });
      await writeReport(resolve(html), page());
    }
    if (args.flag('json')) {
      terminal.out(JSON.stringify(report));
      return 0;
    }
    const name = namesOf(report.runs);
    for (const run of report.runs) {
      terminal.out(name(run));
      for (const { labels, accuracy: whole, macroF1, microF1 } of run.curve) {
        const accuracy = microF1 ?? whole;
        terminal.out(
          `  ${String(labels).padStart(5)} labels  ${microF1 ? 'micro-F1' : 'accuracy'} ${accuracy.mean.toFixed(3)} ± ${accuracy.sd.toFixed(3)}  macro-F1 ${macroF1.mean.toFixed(3)} ± ${macroF1.sd.toFixed(3)}`,
        );
      }
      if (run.audit) {
        const { held, intervals } = run.audit;
        terminal.out(`  audit intervals that held the truth: ${held} of ${intervals}`);
      }
    }
    const judged = report.runs.filter(({ verdict }) => verdict);
    if (judged.length > 0) terminal.out('');
    for (const run of judged) terminal.out(`${name(run)} ${verdictWords(run.verdict!)}`);
    for (const path of [
      ...(results === undefined ? [] : [join(results, 'report.html')]),
      ...(html === undefined ? [] : [html]),
    ]) {
      terminal.err(`The report is in ${path}.`);
    }
    return 0;
  },
};

declare const INKLING_VERSION: string | undefined;
const VERSION = typeof INKLING_VERSION === 'string' ? INKLING_VERSION : 'development';

async function recordsOf(
  args: Arguments,
  terminal: Terminal,
): Promise<{ title: string; pool: AnsweredRecords; test: AnsweredRecords | undefined }> {
  const fields = {
    text: args.text('text'),
    label: args.text('label'),
    multiLabel: args.flag('multi-label'),
    recorded: args.text('noise-field'),
  };
  const testFile = args.text('test');
  const test =
    testFile === undefined ? undefined : await readAnswered(testFile, { ...fields, recorded: undefined });
  const poolFile = args.text('pool');
  if (poolFile !== undefined)
    return {
      title: join(basename(dirname(resolve(poolFile))), basename(poolFile)),
      pool: await readAnswered(poolFile, fields),
      test,
    };
  const folder = resolve(args.text('folder') ?? '.');
  const { unlabelled, files, ...pool } = await readProjectAnswers(folder, {
    ...fields,
    label: fields.label ?? 'label',
  });
  terminal.err(
    `${counted(pool.texts.length, 'labelled record')} in ${counted(files, 'file')}${unlabelled === 0 ? '' : `; ${number(unlabelled)} without a label left out`}.`,
  );
  return { title: basename(folder), pool, test };
}

function listed(args: Arguments, option: string, otherwise: readonly string[]): readonly string[] {
  return args.text(option) === undefined ? otherwise : args.list(option);
}

function noiseOf(args: Arguments): Noise[] {
  const usual = args.text('noise-field') === undefined ? ['0'] : ['0', 'recorded'];
  return listed(args, 'noise', usual).map((value) => (value === 'recorded' ? value : share(value)));
}

function share(given: string): number {
  const value = Number(given);
  if (given.trim() !== '' && value >= 0 && value < 1) return value;
  throw new UserError('usage', `"${given}" is no share between 0 and 1`, 'Correct it and run again.');
}

function whole(option: string, given: string): number {
  const value = Number(given);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new UserError(
    'usage',
    `--${option} takes whole numbers of at least 1, not "${given}"`,
    'Correct it and run again.',
  );
}

/** How far it is and how long it may still take, judged by the runs that were made now. */
function progressIn(terminal: Terminal): (progress: SimulationProgress) => void {
  const begun = performance.now();
  return ({ done, all, kept }) => {
    const each = (performance.now() - begun) / Math.max(1, done - kept);
    const left = Math.round((each * (all - done)) / 1000);
    const wait =
      done === kept || done === all
        ? ''
        : left < 90
          ? `, about ${left} s left`
          : `, about ${Math.round(left / 60)} min left`;
    terminal.progress(`${done} of ${all} runs${kept > 0 ? ` (${kept} kept)` : ''}${wait}`);
  };
}

/** As it could be typed again, without what names the places of the output. */
function commandLine(args: Arguments): string {
  return Object.entries(simulateCommand.options)
    .filter(([name]) => !['results', 'html', 'json', 'workers'].includes(name))
    .flatMap(([name, { type }]) => {
      if (type === 'boolean') return args.flag(name) ? [`--${name}`] : [];
      const value = args.text(name);
      return value === undefined ? [] : [`--${name} ${/^[\w.,/:-]+$/.test(value) ? value : `'${value}'`}`];
    })
    .join(' ');
}
