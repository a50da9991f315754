/** What the curve says of a real project: real files, real index, real workers, real journal. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { uuidV7 } from '../../../src/core/records/uuid.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { testFolder, testProject, twoTopics } from '../../support/project.ts';

test('60 answers: figures for each label, time spent, a budget met, and nothing claimed that 6 audit answers cannot show', async (t) => {
  const folder = testFolder(t);
  folder.write('data/messages.jsonl', twoTopics(300));
  await testProject(folder, {
    sources: [{ include: ['data/*.jsonl'], text: 'text', id: 'id' }],
    labels: ['parcel', 'invoice'],
  });
  const file = join(folder.path, '.inkling', 'project.json');
  const project = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...project, goal: { accuracy: 0.95, answers: 40 } }));
  Object.assign(process.env, folder.env);
  const reported: unknown[] = [];
  const engine = await Engine.open(folder.path, {
    annotator: 'Ada',
    report: (error) => reported.push(error),
  });
  folder.own(() => engine.close());
  await engine.updateIndex();

  for (const { key, text, purpose } of await engine.next(60, { seed: 1, audit: true })) {
    const name = /parcel|courier|late|tracking|doorstep|shipped/.test(text) ? 'parcel' : 'invoice';
    await engine.save({
      event: uuidV7(Date.now(), randomBytes(10)),
      row: engine.index.rowOf(key),
      op: 'label',
      labels: [engine.project.labels.find((label) => label.name === name)!.id],
      why: { purpose: purpose === 'audit' ? 'audit' : 'train', ms: 1500 },
    });
  }
  const curve = await engine.curve();

  assert.deepEqual([curve.trained, curve.audited], [54, 6]);
  assert.deepEqual(curve.spent, { answers: 60, timed: 60, minutes: 1.5 });
  assert.equal(curve.quality.length, curve.labels.length);
  assert.deepEqual(
    curve.quality.map(({ support }) => support),
    curve.labels.map(({ audited }) => audited),
  );
  assert.equal(
    curve.confusion.reduce((sum, { count }) => sum + count, 0),
    6,
  );
  assert.ok(curve.calibration!.temperature > 0);
  const states = Object.fromEntries(curve.stopping.map(({ name, state }) => [name, state]));
  assert.deepEqual([states.budget, states.target], ['met', 'unknown']);
  assert.deepEqual([curve.forecast.known, curve.againstRandom.known], [false, false]);
  assert.deepEqual(
    curve.findings.filter((finding) => /You can stop|more labels for|pays/.test(finding)),
    ['You can stop: the budget is spent. So far: 60 of 40 answers.'],
  );
  assert.deepEqual(JSON.parse(JSON.stringify(curve)), curve, 'what crosses to the page is plain');
  assert.deepEqual(reported, []);
});
