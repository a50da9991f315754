/** A million records: reading them, opening them again, a round after a key, memory, features learned in the background. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { buildBench } from '../../scripts/build.mjs';
import { Engine } from '../../src/engine/engine.ts';
import { createProject } from '../../src/engine/project-file.ts';
import type { Bench } from './bench.ts';
import type { EngineFigures } from './engine-alone.ts';
import { BenchPool } from './pool.ts';

const LABELS = 20;

export async function millionFigures(bench: Bench): Promise<void> {
  const programs = await buildBench(['engine-alone.ts', 'index-alone.ts']);
  for (const { name, records } of bench.pools('growth')) {
    const pool = new BenchPool(records);
    try {
      await createProject(pool.folder, {
        sources: [{ include: ['*.jsonl'], text: 'text', id: 'id', label: 'label' }],
        labels: Array.from({ length: LABELS }, (_, at) => `c${at}`),
      });
      await sizedFigures(bench, name, pool, programs);
    } finally {
      pool.remove();
    }
  }
}

/** Goals are those for a million records; smaller pools show how cost grows. */
async function sizedFigures(bench: Bench, name: string, pool: BenchPool, programs: string): Promise<void> {
  const goal = (value: number) => (name === '1m' ? { goal: value } : {});
  const records = `${pool.classes.length.toLocaleString('en')} records`;
  const read = await alone<{ cpu: number; wall: number; peak: number }>(
    join(programs, 'index-alone.js'),
    pool.folder,
    pool.cache,
  );
  const wall = `${(read.wall / 1000).toFixed(1)} s wall`;
  bench.add({
    name: `index/${name}/cpu`,
    value: read.cpu / 1000,
    unit: 's',
    ...goal(8),
    note: `${records}, one run; ${wall}`,
  });
  bench.add({
    name: `index/${name}/peak-memory`,
    value: read.peak,
    unit: 'MB',
    ...goal(450),
    note: 'one run',
  });
  await answer(pool, Math.min(500, pool.classes.length >> 2));

  const opened = (mode: 'learn' | 'kept') =>
    alone<EngineFigures>(
      join(programs, 'engine-alone.js'),
      pool.folder,
      pool.cache,
      String(bench.rounds),
      mode,
    );
  const plain = await opened('learn');
  const kept = await opened('kept');
  const with20 = `${LABELS} labels, 500 answers, median of ${bench.rounds}`;
  const once = 'one run';
  bench.add({ name: `loop/${name}/tfidf`, value: plain.round!, unit: 'ms', ...goal(250), note: with20 });
  bench.add({
    name: `loop/${name}/default`,
    value: plain.learnedRound!,
    unit: 'ms',
    ...goal(700),
    note: with20,
  });
  bench.add({
    name: `reopen/${name}/first-card`,
    value: kept.firstCard,
    unit: 'ms',
    ...goal(1000),
    note: once,
  });
  bench.add({
    name: `reopen/${name}/ranking`,
    value: kept.ranking,
    unit: 'ms',
    ...goal(2000),
    note: `${once}, by the kept features`,
  });
  bench.add({
    name: `reopen/${name}/ranking-tfidf`,
    value: plain.ranking,
    unit: 'ms',
    ...goal(2000),
    note: `${once}, nothing kept`,
  });
  bench.add({
    name: `memory/${name}/tfidf`,
    value: plain.memory,
    unit: 'MB',
    ...goal(400),
    note: 'at the first ranking',
  });
  bench.add({
    name: `memory/${name}/default`,
    value: plain.learnedMemory!,
    unit: 'MB',
    ...goal(650),
    note: 'after learning and rounds',
  });
  bench.add({
    name: `features/${name}`,
    value: plain.features ?? null,
    unit: 's',
    ...goal(60),
    note: 'CPU of the whole process until the first choice by them',
  });
}

/** Answers records drawn at random, each by its own topic. */
async function answer(pool: BenchPool, count: number): Promise<void> {
  const engine = await Engine.open(pool.folder, {
    annotator: 'bench',
    cacheFolder: pool.cache,
    report(error) {
      throw error;
    },
  });
  try {
    for (const at of pool.drawn(count)) {
      const label = engine.project.labels[pool.classes[at]! % LABELS]!;
      await engine.save({ row: at + 1, op: 'label', labels: [label.id] });
    }
  } finally {
    await engine.close();
  }
}

/** Runs a program in a process of its own, and gives what it tells. */
async function alone<Figures>(program: string, ...args: string[]): Promise<Figures> {
  const child = fork(program, args, { stdio: 'inherit' });
  const told = once(child, 'message').then(([figures]) => figures as Figures);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${program} ended with ${code} and told nothing.`);
  });
  const figures = await Promise.race([told, ended]);
  await ended.catch(() => {});
  return figures;
}
