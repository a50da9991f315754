/** Records that nobody wrote: asked for in the terminal, shown as what they are, and never exported unasked. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Engine } from '../../../src/engine/engine.ts';
import { QueueSession } from '../../../src/engine/queue-session.ts';
import { type TestFolder, testFolder } from '../../support/project.ts';

const FILE = 'inkling-Ada.synthetic.jsonl';

test('synthetic records are made of whole sentences of two answered ones, marked in their file, and made once', async (t) => {
  const folder = await answeredProject(t);
  const made = await synthesize(folder, 4);
  assert.equal(made.length, 4);
  const lines = readFileSync(join(folder.path, FILE), 'utf8').trimEnd().split('\n');
  const written = lines.map((line) => JSON.parse(line));
  const original = readFileSync(join(folder.path, 'data/mail.jsonl'), 'utf8');
  for (const [at, { text, synthetic, from }] of written.entries()) {
    assert.equal(synthetic, true);
    assert.equal(from.length, 2);
    assert.ok(made.some((record) => record.text === text));
    for (const sentence of text.match(/[^.]+\./g)!)
      assert.ok(original.includes(sentence.trim()), `${at}: ${sentence}`);
    assert.ok(!original.includes(text));
  }
  const again = await synthesize(folder, 4);
  const texts = [...made, ...again].map(({ text }) => text);
  assert.equal(new Set(texts).size, texts.length, 'what is there already is not made again');
});

test('their answers train, are named in the journal, never measure, and are exported only when asked for', async (t) => {
  const folder = await answeredProject(t);
  const made = await synthesize(folder, 3);
  await label(
    folder,
    made.map(({ key }) => ({ key, label: 'parcel' })),
  );
  const { labelled, audited, labels } = JSON.parse((await run(folder, ['stats', '--json'])).out);
  assert.equal(labelled, 15);
  const trained = labels.reduce((sum: number, { trained }: { trained: number }) => sum + trained, 0);
  assert.equal(trained + audited, 15);
  assert.ok(trained >= 3);

  const exported = async (more: readonly string[]) => {
    await run(folder, ['export', '-o', join(folder.path, '..', 'out.jsonl'), ...more]);
    const text = readFileSync(join(folder.path, '..', 'out.jsonl'), 'utf8').trimEnd();
    return text.split('\n').map((line) => JSON.parse(line) as { synthetic?: true; meta: { src: string } });
  };
  assert.equal((await exported([])).length, 12);
  const all = await exported(['--synthetic']);
  const marked = all.filter(({ synthetic }) => synthetic);
  assert.equal(all.length, 15);
  assert.deepEqual(new Set(marked.map(({ meta }) => meta.src)), new Set([FILE]));
});

test('whatever the audit share, no synthetic record is in the audit set', async (t) => {
  const folder = await answeredProject(t, { share: 0.5 });
  const made = await synthesize(folder, 3);
  const engine = await open(folder);
  for (const { key } of made) assert.equal(engine.isAudit(engine.index.rowOf(key)), false);
});

test('in the queue they come first, and the card says that nobody wrote them', async (t) => {
  const folder = await answeredProject(t);
  const made = await synthesize(folder, 2);
  const engine = await open(folder);
  const { upcoming } = await new QueueSession(engine, { showGuess: () => true, sittingGoal: () => 0 }).open();
  const first = upcoming.slice(0, 2);
  assert.deepEqual(new Set(first.map(({ key }) => key)), new Set(made.map(({ key }) => key)));
  for (const { why, fields, purpose } of first) {
    assert.match(why, /^Synthetic: .* Nobody wrote it/);
    assert.ok(fields.some(([name, value]) => name === 'synthetic' && value === 'true'));
    assert.equal(purpose, 'train');
  }
});

test('before there is a model there is nothing to lie between', async (t) => {
  const folder = await emptyProject(t);
  const { code, err } = await folder.inkling(['synthesize', folder.path, '--annotator', 'Ada']);
  assert.equal(code, 1);
  assert.match(err, /no model yet.*two labels first/s);
});

/** Two topics, two sentences a record. */
async function emptyProject(t: TestContext, audit = { share: 0.1 }): Promise<TestFolder> {
  const folder = testFolder(t);
  const sentences = {
    parcel: ['The parcel came late', 'The courier left it on the doorstep', 'Tracking says it was shipped'],
    invoice: ['The invoice was charged twice', 'My card shows the payment', 'I would like a refund'],
  };
  const lines = Array.from({ length: 60 }, (_, at) => {
    const own = at % 2 === 0 ? sentences.parcel : sentences.invoice;
    const text = `${own[at % 3]} on day ${at}. ${own[(at + 1) % 3]} after ${100 + at} hours.`;
    return JSON.stringify({ id: `m${at}`, text });
  });
  folder.write('data/mail.jsonl', `${lines.join('\n')}\n`);
  const init = ['init', folder.path, '--source', 'data/*.jsonl', '--text', 'text', '--id', 'id'];
  assert.equal((await folder.inkling([...init, '--labels', 'parcel,invoice'])).code, 0);
  const project = JSON.parse(readFileSync(join(folder.path, '.inkling/project.json'), 'utf8'));
  folder.write('.inkling/project.json', JSON.stringify({ ...project, audit }));
  return folder;
}

async function answeredProject(t: TestContext, audit?: { share: number }): Promise<TestFolder> {
  const folder = await emptyProject(t, audit);
  const { lines } = await run(folder, ['next', '-n', '12', '--no-audit', '--json']);
  const answers = lines.map((line) => {
    const { key, text } = JSON.parse(line) as { key: string; text: string };
    return { key, label: /parcel|courier|Tracking/.test(text) ? 'parcel' : 'invoice' };
  });
  await label(folder, answers);
  return folder;
}

async function synthesize(folder: TestFolder, count: number): Promise<{ key: string; text: string }[]> {
  const { lines } = await run(folder, ['synthesize', '-n', String(count), '--annotator', 'Ada', '--json']);
  return lines.map((line) => JSON.parse(line));
}

async function label(folder: TestFolder, answers: readonly { key: string; label: string }[]): Promise<void> {
  const input = answers.map((answer) => JSON.stringify(answer)).join('\n');
  const { code, err } = await folder.inkling(['label', folder.path, '--stdin', '--annotator', 'Ada'], input);
  assert.equal(code, 0, err);
}

async function run(folder: TestFolder, [command, ...args]: readonly string[]) {
  const result = await folder.inkling([command!, folder.path, ...args]);
  assert.equal(result.code, 0, result.err);
  return result;
}

async function open(folder: TestFolder): Promise<Engine> {
  Object.assign(process.env, folder.env);
  const engine = await Engine.open(folder.path, {
    annotator: 'Ada',
    report: (error) => assert.fail(String(error)),
  });
  folder.own(() => engine.close());
  return engine;
}
