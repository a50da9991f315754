/** What "inkling next" says of a record comes back with its answer, so that the terminal teaches what cards do. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { testFolder, twoTopics } from '../../support/project.ts';

test('strategy, guess and probability are noted beside an answer that says them, and nothing else is believed', async (t) => {
  const folder = testFolder(t);
  folder.write('data/messages.jsonl', twoTopics(60));
  const init = ['init', folder.path, '--source', 'data/*.jsonl', '--text', 'text', '--id', 'id'];
  await folder.inkling([...init, '--labels', 'parcel,invoice']);
  const answerNext = async (count: number, more: readonly string[], change: (record: object) => object) => {
    const args = ['next', folder.path, '-n', String(count), '--no-audit', '--json', ...more];
    const records = (await folder.inkling(args)).lines.map((line) => JSON.parse(line));
    const answers = records.map((record) => {
      const label = /parcel|courier|late|tracking|doorstep|shipped/.test(record.text) ? 'parcel' : 'invoice';
      return JSON.stringify({ ...change(record), label });
    });
    const { code, err, lines } = await folder.inkling(['label', folder.path, '--stdin'], answers.join('\n'));
    assert.equal(code, 0, err);
    return { records, events: lines.map((line) => line.replace('ACK ', '')) };
  };
  const whyOf = (event: string) => {
    const labels = join(folder.path, '.inkling', 'labels');
    const lines = readdirSync(labels)
      .filter((name) => name.endsWith('.jsonl'))
      .flatMap((name) => readFileSync(join(labels, name), 'utf8').trimEnd().split('\n'));
    return JSON.parse(lines.find((line) => line.includes(event))!).why;
  };

  await answerNext(12, [], ({ key }: { key?: string }) => ({ key }));
  const { records, events } = await answerNext(3, ['--strategy', 'adaptive margin'], (record) => record);
  for (const [at, event] of events.entries()) {
    const why = whyOf(event);
    assert.match(why.strategy, /^adaptive: (margin|random)$/);
    assert.equal(why.p, records[at].p);
    assert.match(why.guess, /^L/, 'a guess is noted by the id of its label');
  }
  const odd = { strategy: 7, guess: 'no such label', p: 3 };
  const { events: others } = await answerNext(1, [], ({ key }: { key?: string }) => ({ key, ...odd }));
  assert.deepEqual(Object.keys(whyOf(others[0]!)), ['purpose']);
});
