/** The command line as its users meet it: real processes, real files. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type TestFolder, testFolder, twoTopics } from '../../support/project.ts';

async function project(t: TestContext, count = 60): Promise<TestFolder> {
  const folder = testFolder(t);
  folder.write('data/messages.jsonl', twoTopics(count));
  const made = await folder.inkling([
    'init',
    folder.path,
    '--source',
    'data/*.jsonl',
    '--text',
    'text',
    '--id',
    'id',
    '--labels',
    'parcel,invoice',
  ]);
  assert.equal(made.code, 0, made.err);
  return folder;
}

/** Answers the next records by their recorded truth. */
async function answerNext(folder: TestFolder, count: number): Promise<string[]> {
  const next = await folder.inkling(['next', folder.path, '-n', String(count), '--json']);
  assert.equal(next.code, 0, next.err);
  const answers = next.lines.map((line) => {
    const { key, text } = JSON.parse(line) as { key: string; text: string };
    return JSON.stringify({
      key,
      label: /parcel|courier|late|tracking|doorstep|shipped/.test(text) ? 'parcel' : 'invoice',
    });
  });
  const saved = await folder.inkling(
    ['label', folder.path, '--stdin', '--annotator', 'Ada'],
    answers.join('\n'),
  );
  assert.equal(saved.code, 0, saved.err);
  assert.equal(saved.lines.length, answers.length);
  for (const line of saved.lines) assert.match(line, /^ACK [0-9a-f-]{36}$/);
  return answers.map((answer) => (JSON.parse(answer) as { key: string }).key);
}

test('init, index, next, label, curve, stats, export and verify do the main job', async (t) => {
  const folder = await project(t);
  const indexed = await folder.inkling(['index', folder.path, '--json']);
  assert.equal(indexed.code, 0, indexed.err);
  assert.equal((JSON.parse(indexed.out) as { records: number }).records, 60);

  const asked = await answerNext(folder, 30);
  assert.equal(new Set(asked).size, 30);
  const again = await answerNext(folder, 10);
  assert.ok(
    again.every((key) => !asked.includes(key)),
    'an answered record is not asked again',
  );

  const curve = JSON.parse((await folder.inkling(['curve', folder.path, '--json'])).out) as {
    trained: number;
    audited: number;
    points: { labels: number; accuracy: { value: number; low: number; high: number } }[];
  };
  assert.equal(curve.trained + curve.audited, 40);
  const newest = curve.points.at(-1)!;
  assert.ok(newest.accuracy.low <= newest.accuracy.value && newest.accuracy.value <= newest.accuracy.high);
  assert.ok(newest.accuracy.value > 0.9, 'two topics with words of their own are easy');

  const stats = JSON.parse((await folder.inkling(['stats', folder.path, '--json'])).out) as {
    labelled: number;
    records: number;
  };
  assert.deepEqual([stats.labelled, stats.records], [40, 60]);

  const out = join(folder.path, 'labels.jsonl');
  assert.equal((await folder.inkling(['export', folder.path, '-o', out])).code, 0);
  const rows = readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(rows.length, 40);
  for (const row of rows) assert.deepEqual(Object.keys(row).sort(), ['id', 'label', 'meta', 'text']);
  assert.equal((rows[0]!.meta as { annotator: string }).annotator, 'Ada');

  const verified = await folder.inkling(['verify', folder.path]);
  assert.equal(verified.code, 0, verified.out);
});

test('an export taken into a clean copy gives identical labels, and taking it twice adds nothing', async (t) => {
  const folder = await project(t);
  await answerNext(folder, 20);
  const out = join(folder.path, 'labels.jsonl');
  await folder.inkling(['export', folder.path, '-o', out]);

  const copy = testFolder(t);
  copy.write('data/messages.jsonl', twoTopics(60));
  mkdirSync(join(copy.path, '.inkling'));
  writeFileSync(
    join(copy.path, '.inkling', 'project.json'),
    readFileSync(join(folder.path, '.inkling', 'project.json')),
  );
  const first = await copy.inkling(['import', copy.path, out, '--json']);
  assert.equal(first.code, 0, first.err);
  assert.equal((JSON.parse(first.out) as { saved: number }).saved, 20);
  const second = await copy.inkling(['import', copy.path, out, '--json']);
  assert.equal((JSON.parse(second.out) as { saved: number }).saved, 0);

  const back = join(copy.path, 'labels.jsonl');
  await copy.inkling(['export', copy.path, '-o', back]);
  const labels = (file: string) =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => {
        const { id, text, label } = JSON.parse(line) as Record<string, unknown>;
        return JSON.stringify({ id, text, label });
      })
      .sort();
  assert.deepEqual(labels(back), labels(out));
});

test('a bad answer gets an ERR line in its place and the others are saved', async (t) => {
  const folder = await project(t, 10);
  const [record] = (await folder.inkling(['next', folder.path, '-n', '1', '--json'])).lines.map(
    (line) => JSON.parse(line) as { key: string },
  );
  const key = record!.key;
  const input = [
    JSON.stringify({ key, label: 'parcel' }),
    JSON.stringify({ key, label: 'banana' }),
    'not json',
    JSON.stringify({ key: 'nothing', label: 'parcel' }),
    JSON.stringify({ label: 'parcel' }),
    JSON.stringify({ key, label: 'invoice' }),
  ].join('\n');
  const { code, lines } = await folder.inkling(['label', folder.path, '--stdin'], input);
  assert.equal(code, 1);
  assert.deepEqual(
    lines.map((line) =>
      line
        .split(' ')
        .slice(0, 2)
        .map((word) => (/^[0-9a-f-]{36}$/.test(word) ? 'id' : word))
        .join(' '),
    ),
    ['ACK id', 'ERR unknown-label', 'ERR bad-line', 'ERR unknown-record', 'ERR bad-line', 'ACK id'],
  );
  const stats = JSON.parse((await folder.inkling(['stats', folder.path, '--json'])).out) as {
    labelled: number;
    labels: { name: string; trained: number; audited: number }[];
  };
  assert.equal(stats.labelled, 1, 'a repeat relabels');
  const invoice = stats.labels.find(({ name }) => name === 'invoice')!;
  assert.equal(invoice.trained + invoice.audited, 1);
});

test('bad rows are named with file, line, column and code, and their neighbours are indexed', async (t) => {
  const folder = testFolder(t);
  folder.write('data/a.jsonl', '{"text":"one"}\n{"text":\n{"note":"no text"}\n{"text":"two"}\n');
  await folder.inkling(['init', folder.path, '--text', 'text', '--labels', 'a,b']);
  const { out } = await folder.inkling(['index', folder.path, '--json']);
  const report = JSON.parse(out) as {
    records: number;
    problems: number;
    problemList: { src: string; line: number; column: number; code: string; message: string }[];
  };
  assert.deepEqual([report.records, report.problems], [2, 2]);
  assert.deepEqual(
    report.problemList.map(({ src, line, code }) => [src, line, code]),
    [
      ['data/a.jsonl', 2, 'json-syntax'],
      ['data/a.jsonl', 3, 'text-missing'],
    ],
  );
});

test('wrong usage and a missing project are told apart and say what to do', async (t) => {
  const folder = testFolder(t);
  const cases: [string[], number, RegExp][] = [
    [['frobnicate'], 2, /is not a command of inkling/],
    [['next', folder.path, '-n', 'many'], 2, /whole number/],
    [['next'], 2, /<folder>/],
    [['next', folder.path, '--bogus'], 2, /--bogus/],
    [['next', folder.path], 1, /init/],
    [['index', join(folder.path, 'nowhere')], 1, /no folder/],
  ];
  for (const [args, code, said] of cases) {
    const result = await folder.inkling(args);
    assert.equal(result.code, code, `${args.join(' ')}: ${result.err}`);
    assert.match(result.err, said);
  }
});

test('every command teaches its own use', async (t) => {
  const folder = testFolder(t);
  const overview = await folder.inkling(['--help']);
  const names = [...overview.out.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map((match) => match[1]!);
  assert.ok(names.length >= 10, overview.out);
  for (const name of names) {
    const { code, out } = await folder.inkling([name, '--help']);
    assert.equal(code, 0);
    assert.match(out, new RegExp(`^inkling ${name}`));
  }
});

test('a label name or a text that would steer the terminal is shown, not obeyed; JSON keeps it exactly', async (t) => {
  const folder = testFolder(t);
  const evil = 'red \x1b[31m\x1b]0;title\x07 bell';
  folder.write('a.jsonl', `${JSON.stringify({ text: evil })}\n`);
  await folder.inkling(['init', folder.path, '--text', 'text', '--labels', `${evil},b`]);
  for (const args of [['labels'], ['next'], ['stats'], ['label', '--stdin']]) {
    const [name, ...options] = args;
    const { out, err } = await folder.inkling(
      [name!, folder.path, ...options],
      '{"key":"\\u001b[2J","label":"b"}\n',
    );
    for (const control of ['\x1b', '\x07']) assert.equal((out + err).includes(control), false, name);
  }
  const [line] = (await folder.inkling(['next', folder.path, '--json'])).lines;
  assert.equal((JSON.parse(line!) as { text: string }).text, evil);
});

test('every tenth record that "next" gives measures the model, also once there are answers', async (t) => {
  const folder = await project(t, 200);
  await answerNext(folder, 20);
  await answerNext(folder, 20);
  const { audited } = JSON.parse((await folder.inkling(['stats', folder.path, '--json'])).out) as {
    audited: number;
  };
  assert.equal(audited, 4);
});

test('labels are listed, renamed and merged; every answer stays', async (t) => {
  const folder = await project(t, 20);
  await answerNext(folder, 10);
  const list = async (...edit: string[]) =>
    (
      JSON.parse((await folder.inkling(['labels', folder.path, '--json', ...edit])).out) as {
        name: string;
        answers: number;
      }[]
    ).map(({ name, answers }) => `${name} ${answers}`);
  const [parcel, invoice] = await list();
  assert.match(`${parcel} ${invoice}`, /^parcel \d invoice \d$/);
  assert.deepEqual(await list('--rename', 'parcel=delivery'), [
    parcel!.replace('parcel', 'delivery'),
    invoice,
  ]);
  assert.deepEqual(await list('--merge', 'invoice=delivery'), ['delivery 10', 'invoice 0']);
  assert.deepEqual(await list('--revive', 'invoice'), [parcel!.replace('parcel', 'delivery'), invoice]);
  assert.deepEqual(
    (await list('--split', 'invoice=bill,reminder')).map((line) => line.split(' ')[0]),
    ['delivery', 'invoice', 'bill', 'reminder'],
  );
  assert.match(
    (await folder.inkling(['labels', folder.path])).out,
    /^invoice \(split into bill, reminder\): /m,
  );
  assert.equal((await folder.inkling(['labels', folder.path, '--retire', 'nobody'])).code, 1);
});

test('an existing project is not overwritten by init', async (t) => {
  const folder = await project(t, 4);
  const before = readFileSync(join(folder.path, '.inkling', 'project.json'), 'utf8');
  const again = await folder.inkling(['init', folder.path, '--labels', 'x,y']);
  assert.equal(again.code, 1);
  assert.equal(readFileSync(join(folder.path, '.inkling', 'project.json'), 'utf8'), before);
});

test("an export does not replace somebody else's file unless told to", async (t) => {
  const folder = await project(t, 10);
  await answerNext(folder, 2);
  const out = folder.write('mine.jsonl', '{"precious":true}\n');
  const refused = await folder.inkling(['export', folder.path, '-o', out]);
  assert.equal(refused.code, 1);
  assert.equal(readFileSync(out, 'utf8'), '{"precious":true}\n');
  assert.equal((await folder.inkling(['export', folder.path, '-o', out, '--overwrite'])).code, 0);
  assert.equal(
    readdirSync(folder.path).filter((name) => name.includes('mine') && name !== 'mine.jsonl').length,
    0,
    'no temporary file is left',
  );
  assert.ok(existsSync(out));
});
