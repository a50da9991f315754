/** Large files are read by a thread of their own: what comes into the index is what one thread would have put there. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import {
  type FileReading,
  ReadingFailed,
  startReadingThread,
} from '../../../src/engine/indexer/file-reading.ts';
import { Intake } from '../../../src/engine/indexer/intake.ts';
import { IndexRun } from '../../../src/engine/indexer/run.ts';
import { IndexWriter } from '../../../src/store/store.ts';
import { countsByRow, IndexedFolder, SALT } from '../../support/indexing.ts';

const FILES = {
  'rows.jsonl': [
    '{"id":"plain","text":"the first of them"}',
    '{"id":"\\"quoted\\" \\\\ \\u0007\\n","text":"an id with escapes"}',
    '{"id":"größe 😀","text":"Größe \\u00e9 und Straße"}',
    '{"id":12.50,"text":"漢字かな混じり文"}',
    '{"text":"no id"}\r',
    '',
    '{"text":"   "}',
    '{"text":"broken',
    '{"id":"last","text":"the first of them","text":"the first of them"}',
    '{"id":"unended","text":"the first of them"}',
  ].join('\n'),
  'lines.txt': 'one\n\nzwei Wörter\r\n\u00a0\nthree',
  'table.csv': 'id,text,label\n1,"a text, with a comma",x\n,no id,y\n3,"open\nnext",z\n',
  'latin.txt': Buffer.from('Gr\xf6\xdfe und Stra\xdfe\n'.repeat(50), 'latin1'),
  'list.json': '[{"text":"in a list"}]',
  'votes.synthetic.jsonl': '{"text":"made up"}\n',
};

let workspace: IndexedFolder;
beforeEach(() => {
  workspace = new IndexedFolder();
  workspace.write(FILES);
});
afterEach(() => workspace.remove());

function contents() {
  return workspace.read((reader) => ({
    records: reader.rowsAfter(0, 1000),
    counts: Array.from(reader.blocks(0), countsByRow).flat(),
    terms: [...reader.terms(-1)],
    problems: reader.problems(1000),
    files: reader.file('rows.jsonl'),
  }));
}

async function contentsByOneThread() {
  await workspace.index(SOURCES);
  const expected = contents();
  assert.equal(expected.records.filter(({ src }) => src === 'rows.jsonl').length, 7);
  rmSync(workspace.indexPath);
  return expected;
}

const SOURCES = [{ include: ['**/*.json*', '**/*.txt', '**/*.csv'] }];

test('a file that a thread of its own reads gives the same index', async () => {
  const expected = await contentsByOneThread();
  workspace.largeFile = 0;
  await workspace.index(SOURCES);
  assert.deepEqual(contents(), expected);
});

test('rows that are found only when the file ends, because of an open quote, are found by the thread, too', async () => {
  const rows = Array.from({ length: 20_000 }, (_, row) => `${row},row ${row}\n`);
  workspace.write({ 'open.csv': `id,text\n0,"open\n${rows.join('')}` });
  const records = () => workspace.read((reader) => reader.rowsAfter(0, 100_000));
  await workspace.index([{ include: ['open.csv'] }]);
  const expected = records();
  assert.ok(expected.length >= 20_000);
  rmSync(workspace.indexPath);
  workspace.largeFile = 0;
  await workspace.index([{ include: ['open.csv'] }]);
  assert.deepEqual(records(), expected);
});

for (const [when, isAtEnd] of [
  ['in the middle', false],
  ['at the end', true],
] as const) {
  test(`a file whose thread fails ${when} is read without it, and so is what follows`, async () => {
    const expected = await contentsByOneThread();
    const writer = IndexWriter.open(workspace.indexPath);
    let asked = 0;
    try {
      const run = new IndexRun({
        folder: workspace.folder,
        writer,
        intake: new Intake(writer),
        request: { sources: SOURCES, salt: SALT },
        events: { progress() {}, committed() {} },
        onFolder: () => {},
        isCancelled: () => false,
        giveWay: () => {},
        largeFile: 0,
        startThread: (of) => {
          const thread = startReadingThread(of);
          return {
            ...thread,
            read: (source, options): FileReading => {
              asked++;
              const reading = thread.read(source, options);
              return {
                async *steps() {
                  yield* reading.steps();
                  if (!isAtEnd) throw new ReadingFailed('on purpose');
                },
                end: async (isWhole) => {
                  await reading.end(isWhole);
                  throw new ReadingFailed('on purpose');
                },
              };
            },
          };
        },
      });
      await run.execute();
    } finally {
      writer.close();
    }
    assert.equal(asked, 1);
    assert.deepEqual(withoutRows(contents()), withoutRows(expected));
  });
}

/** Rows are never used twice, so those of a file that is read again are others. */
function withoutRows({ records, problems }: ReturnType<typeof contents>) {
  return { problems, records: records.map((record) => ({ ...record, row: 0 })) };
}
