/** `inkling simulate`: replays recorded answers to measure how fast a strategy learns. */
import { simulate } from '../../engine/simulate/simulate.ts';
import type { Command } from '../command.ts';
import { jsonOption } from './shared.ts';

export const simulateCommand: Command = {
  name: 'simulate',
  summary: 'Measure strategies on labelled data: accuracy against labels, over several seeds.',
  positionals: [],
  options: {
    pool: {
      type: 'string',
      value: 'FILE',
      help: 'JSONL with text and label: the records that may be asked; required',
    },
    test: { type: 'string', value: 'FILE', help: 'likewise; only ever used to measure; required' },
    strategy: { type: 'string', value: 'A,B', help: 'query strategies; default: default' },
    features: {
      type: 'string',
      value: 'NAME',
      help: 'tfidf: plain tf-idf, C = 10; default: what the product uses',
    },
    classifier: {
      type: 'string',
      value: 'NAME',
      help: 'logistic or ml-logistic-regression; default: logistic',
    },
    labels: { type: 'string', value: 'N', help: 'how many labels to spend; default 500' },
    batch: { type: 'string', value: 'N', help: 'how many to ask at once; default 20' },
    seeds: { type: 'string', value: 'N', help: 'how many runs a strategy; default 5' },
    json: jsonOption,
  },
  details: `
With --json: {"runs":[{"strategy","curve":[{"labels","accuracy":{"mean","sd"},"macroF1":{"mean","sd"}}]}]}.

  inkling simulate --pool train.jsonl --test test.jsonl --strategy margin,random --labels 300`,
  async run(args, terminal) {
    const report = await simulate({
      pool: args.required('pool'),
      test: args.required('test'),
      strategies: args.text('strategy') === undefined ? ['default'] : args.list('strategy'),
      features: args.text('features') ?? 'default',
      classifier: args.text('classifier') ?? 'logistic',
      labels: args.count('labels', 500),
      batch: args.count('batch', 20),
      seeds: args.count('seeds', 5),
      signal: terminal.signal,
      onProgress: (done, all) => terminal.progress(`${done} of ${all} runs`),
    });
    if (args.flag('json')) {
      terminal.out(JSON.stringify(report));
      return 0;
    }
    for (const { strategy, curve } of report.runs) {
      terminal.out(strategy);
      for (const { labels, accuracy, macroF1 } of curve) {
        terminal.out(
          `  ${String(labels).padStart(5)} labels  accuracy ${accuracy.mean.toFixed(3)} ± ${accuracy.sd.toFixed(3)}  macro-F1 ${macroF1.mean.toFixed(3)} ± ${macroF1.sd.toFixed(3)}`,
        );
      }
    }
    return 0;
  },
};
