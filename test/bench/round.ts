/**
 * One round after a label, on real data: from the acknowledged answer to the new choice, through the real engine and
 * its worker.
 *
 *   node test/bench/round.ts [data set, default agnews10k]
 *
 * Prints one JSON row a figure: medians of 15 rounds after 200 answers, with plain margin and with the default.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine } from '../../src/engine/engine.ts';
import { createProject, readProject, writeProject } from '../../src/engine/project-file.ts';
import { sharedFile } from '../support/shared.ts';

const ANSWERS = 200;
const ROUNDS = 15;

const set = process.argv[2] ?? 'agnews10k';
const file = sharedFile('data', `${set}/train.jsonl`);
if (!file) {
  console.error(`skipped: the data set ${set} is not here`);
} else {
  for (const strategy of ['margin', 'default']) await measure(file, strategy);
}

async function measure(path: string, strategy: string): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'inkling-round-'));
  const folder = join(root, 'folder');
  try {
    mkdirSync(folder);
    copyFileSync(path, join(folder, 'train.jsonl'));
    const answers = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { label: string }).label);
    await createProject(folder, {
      sources: [{ include: ['*.jsonl'], text: 'text', id: 'id', label: 'label' }],
      labels: [...new Set(answers)],
    });
    const project = await readProject(folder);
    await writeProject(folder, { ...project, learning: { ...project.learning, strategy } });
    const engine = await Engine.open(folder, {
      annotator: 'bench',
      cacheFolder: join(root, 'cache'),
      report: (error) => console.error(error),
    });
    await engine.goLive();
    const answerNext = async () => {
      await until(() => engine.asking.chosen().some(({ row }) => engine.asking.isOpen(row)));
      const { row } = engine.asking.chosen().find((asked) => engine.asking.isOpen(asked.row))!;
      const record = engine.index.record(row)!;
      const label = engine.project.labels.find(({ name }) => name === answers[record.line - 1])!;
      await engine.save({ row, op: 'label', labels: [label.id] });
    };
    for (let given = 0; given < ANSWERS; given++) await answerNext();
    // The pool's features are learned once the index is quiet; the rounds to measure are those after.
    await new Promise((done) => setTimeout(done, 10_000));
    const lessons: number[] = [];
    const rounds: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const before = revisionOf(engine);
      const begun = performance.now();
      await answerNext();
      await until(() => engine.training.phase === 'ready' && revisionOf(engine) > before);
      rounds.push(performance.now() - begun);
      if (engine.training.phase === 'ready') lessons.push(engine.training.ms);
      await new Promise((done) => setTimeout(done, 500));
    }
    const pool = engine.summary().counts.records;
    row(`round/${set}/${strategy}/learn`, median(lessons), 'ms', `fit, score and choose, ${pool} records`);
    row(`round/${set}/${strategy}/answer-to-new-choice`, median(rounds), 'ms', 'save included');
    await engine.close();
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

function revisionOf({ training }: Engine): number {
  return training.phase === 'ready' ? training.modelRevision : 0;
}

function row(name: string, value: number, unit: string, note: string): void {
  console.log(JSON.stringify({ name, value: Math.round(value * 10) / 10, unit, note }));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

async function until(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((done) => setTimeout(done, 2));
}
