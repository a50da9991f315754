/** What a folder that is no project yet looks like to the wizard and to `inkling init`. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { type SourceSurvey, surveyFolder } from '../../src/engine/survey.ts';
import { testFolder } from '../support/project.ts';

interface Case {
  readonly files: Record<string, string | Uint8Array>;
  /** A file to look at alone. */
  readonly only?: string;
  readonly expected: readonly Partial<SourceSurvey>[];
}

const latin = (text: string) => Buffer.from(text, 'latin1');
const many = (count: number, make: (i: number) => [string, string | Uint8Array]) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => make(i)));

const CASES: Record<string, Case> = {
  'an empty folder has nothing': { files: {}, expected: [] },
  'a CSV with semicolons and names of its own': {
    files: { 'Umfrage 2026.csv': 'Nr.;Was sagen Sie?;Wann\n1;"Gut; sehr gut";x\n2;Nicht so gut, leider;y\n' },
    expected: [
      {
        glob: 'Umfrage 2026.csv',
        format: 'csv',
        textField: 'Was sagen Sie?',
        idField: undefined,
        sample: 'Gut; sehr gut',
      },
    ],
  },
  'a folder of text files is a record a file': {
    files: many(25, (i) => [`letters/${i}.txt`, `Dear ${i},\nthank you.\n`]),
    expected: [
      { glob: 'letters/*.txt', include: ['letters/*.txt'], files: 25, format: 'text', recordPer: 'file' },
    ],
  },
  'a text file alone is a record a line': {
    files: { 'lines.txt': 'one\ntwo\n' },
    expected: [{ include: ['lines.txt'], recordPer: 'line', sample: 'one' }],
  },
  'sixty files of one kind are one source, though not all are opened': {
    files: many(60, (i) => [`data/${i % 3}/${i}.jsonl`, `{"id":${i},"body":"text ${i}"}\n`]),
    expected: [{ glob: 'data/**/*.jsonl', files: 60, format: 'jsonl', textField: 'body', idField: 'id' }],
  },
  'the list in a nested JSON file is found, and the settings of tools are not data': {
    files: {
      'dump.json':
        '{"meta":{"v":1},"data":{"items":[{"user":{"name":"a"},"message":{"text":"hello there"}}]}}',
      'package.json': '{"name":"x","keywords":["a","b"]}',
      'tsconfig.json': '{"include":["src"]}',
    },
    expected: [
      {
        glob: 'dump.json',
        format: 'json',
        textField: 'message.text',
        isSurelyData: false,
        sample: 'hello there',
      },
    ],
  },
  'mixed files: data comes before what may be settings and notes': {
    files: {
      'README.md': '# One\n\na\n\n## Two\n\nb\n\n## Three\n\nc\n',
      'notes/a.md': '# A\n',
      'x.json': '[{"text":"j"}]',
      'z.csv': 'id,text\n1,c\n',
      'y.jsonl': '{"text":"l"}\n{"text":"m"}\n',
    },
    expected: [
      { glob: 'y.jsonl' },
      { glob: 'z.csv' },
      { glob: '**/*.md', format: 'markdown', recordPer: 'heading', fields: [] },
      { glob: 'x.json' },
    ],
  },
  'many Markdown files are a record a file': {
    files: many(6, (i) => [`${i}.md`, '# A\n\n# B\n\n# C\n']),
    expected: [{ glob: '*.md', recordPer: 'file' }],
  },
  'two layouts in one folder are named file by file, so that neither is read like the other': {
    files: {
      'a.csv': 'id,text\n1,x\n',
      'b.csv': 'id,text\n2,y\n',
      'c.csv': 'nr;comment\n1;z\n',
      'd.csv': 'nr;comment\n2;z\n',
    },
    expected: [
      { glob: '*.csv', include: ['a.csv', 'b.csv'], textField: 'text' },
      { glob: '*.csv', include: ['c.csv', 'd.csv'], textField: 'comment' },
    ],
  },
  'what git ignores is left out': {
    files: { '.gitignore': 'data/\n', 'data/a.jsonl': '{"text":"x"}\n', 'b.txt': 'x\n' },
    expected: [{ glob: 'b.txt' }],
  },
  'a file that is asked for by name is looked at alone, even where git ignores it': {
    files: { '.gitignore': 'data/\n', 'data/a (1).jsonl': '{"text":"x"}\n', 'b.txt': 'x\n' },
    only: 'data/a (1).jsonl',
    expected: [{ paths: ['data/a (1).jsonl'], format: 'jsonl' }],
  },
  'an image under the name of a text is no source': {
    files: { 'a.txt': Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1, 2, 3), 'b.txt': 'x\n' },
    expected: [{ glob: 'b.txt', files: 1 }],
  },
  'files in another encoding are one source with those of them that are ASCII so far': {
    files: {
      'a.csv': 'nr,text\n1,plain\n',
      'b.csv': latin(
        'nr,text\n1,Gr\xfc\xdfe aus K\xf6ln, sch\xf6n war es\n2,F\xfcr die M\xfche danken wir\n',
      ),
      'c.csv': latin('nr,text\n1,Viele Gr\xfc\xdfe von der Stra\xdfe\n'),
    },
    expected: [{ glob: '*.csv', files: 3, textField: 'text' }],
  },
};

describe('looking at a folder', () => {
  for (const [title, { files, only, expected }] of Object.entries(CASES)) {
    test(title, async (t) => {
      const folder = testFolder(t);
      for (const [name, content] of Object.entries(files)) folder.write(name, content);
      const { sources } = await surveyFolder(folder.path, only);
      const told = sources.map((source, i) =>
        Object.fromEntries(
          Object.keys(expected[i] ?? { glob: '' }).map((key) => [key, source[key as keyof SourceSurvey]]),
        ),
      );
      assert.deepEqual(told, expected);
    });
  }

  test('the encoding of such files is a guess, with what it makes of them', async (t) => {
    const folder = testFolder(t);
    folder.write('a.txt', latin('Gr\xfc\xdfe aus K\xf6ln\n'));
    const [source] = (await surveyFolder(folder.path)).sources;
    assert.equal(source?.encoding?.encoding, 'windows-1252');
    assert.equal(source.encoding.candidates[0]!.sample, 'Grüße aus Köln');
    assert.equal(source.sample, 'Grüße aus Köln');
  });
});

describe('inkling init', () => {
  const sourcesOf = (out: string) => (JSON.parse(out) as { sources: object[] }).sources;

  test('writes down what it found: text, id, record, and the encoding, so that nothing rests on a guess later', async (t) => {
    const folder = testFolder(t);
    folder.write('a.jsonl', '{"key":1,"id":"x1","body":"one"}\n{"id":"x2","body":"two"}\n');
    folder.write('b.txt', latin('Gr\xfc\xdfe aus K\xf6ln\n'));
    folder.write('README.md', '# Not data\n');
    const { out, code } = await folder.inkling(['init', folder.path, '--labels', 'a,b', '--json']);
    assert.equal(code, 0);
    assert.deepEqual(sourcesOf(out), [
      { include: ['a.jsonl'], format: 'jsonl', text: 'body', id: 'id' },
      { include: ['b.txt'], format: 'text', recordPer: 'line', encoding: 'windows-1252' },
    ]);
  });

  test('a record can be a heading, and an encoding can be named; a name that is none is refused', async (t) => {
    const folder = testFolder(t);
    folder.write('a.md', latin('# Eins\n\nsch\xf6n\n\n# Zwei\n'));
    const none = await folder.inkling(['init', folder.path, '--encoding', 'klingon']);
    assert.equal(none.code, 1);
    assert.match(none.err, /klingon.*can be read/s);
    const args = ['init', folder.path, '--encoding', 'latin1', '--record-per', 'heading', '--labels', 'a,b'];
    assert.equal((await folder.inkling(args)).code, 0);
    const { out } = await folder.inkling(['index', folder.path, '--json']);
    const { records, problems } = JSON.parse(out) as { records: number; problems: number };
    assert.deepEqual([records, problems], [2, 0]);
  });

  test('a label given under one encoding is stale or orphaned under another, and never moves silently', async (t) => {
    const folder = testFolder(t);
    folder.write('a.csv', latin('id,text\n1,Gr\xfc\xdfe\n2,plain\n'));
    await folder.inkling([
      'init',
      folder.path,
      '--labels',
      'a,b',
      '--source',
      '*.csv',
      '--text',
      'text',
      '--id',
      'id',
    ]);
    const index = JSON.parse((await folder.inkling(['index', folder.path, '--json'])).out);
    assert.deepEqual(
      index.problemList.map(({ code, src, line }: { code: string; src: string; line: number }) => [
        code,
        src,
        line,
      ]),
      [['encoding-guessed', 'a.csv', 1]],
    );
    const { lines } = await folder.inkling(['next', folder.path, '-n', '2', '--json']);
    const answers = lines.map((line) => JSON.stringify({ key: JSON.parse(line).key, label: 'a' }));
    await folder.inkling(['label', folder.path, '--stdin', '--annotator', 'Ada'], answers.join('\n'));
    const states = async () => {
      const to = `${folder.path}/labels.jsonl`;
      await folder.inkling(['export', folder.path, '--orphans', '--overwrite', '-o', to]);
      return readFileSync(to, 'utf8')
        .split('\n')
        .flatMap((line) => {
          if (!line) return [];
          const { id, meta } = JSON.parse(line);
          return [`${id} ${meta.state}`];
        });
    };
    assert.deepEqual((await states()).sort(), ['1 attached', '2 attached']);
    const file = `${folder.path}/.inkling/project.json`;
    const project = JSON.parse(readFileSync(file, 'utf8'));
    project.sources[0].encoding = 'macintosh';
    writeFileSync(file, JSON.stringify(project));
    await folder.inkling(['index', folder.path]);
    assert.deepEqual((await states()).sort(), ['1 stale', '2 attached']);
  });
});

test('a column of lists gives the names in them, and says that a record can have several', async (t) => {
  const folder = testFolder(t);
  const topics = ['sport', 'politics', 'money'];
  const lines = Array.from({ length: 60 }, (_, i) => {
    const own = topics.filter((_, k) => (i >> k) % 2 === 0);
    const text = `what was said about number ${i} in the news of that day, at some length`;
    return JSON.stringify({ text, topics: own, tags: own.join(';'), mood: i % 2 ? 'good' : 'bad' });
  });
  folder.write('news.jsonl', `${lines.join('\n')}\n`);
  const { sources } = await surveyFolder(folder.path);
  const fields = new Map(sources[0]!.fields.map((field) => [field.name, field]));
  for (const name of ['topics', 'tags']) {
    assert.deepEqual([...fields.get(name)!.values!].sort(), [...topics].sort());
    assert.equal(fields.get(name)!.lists, true);
  }
  assert.deepEqual([fields.get('mood')!.values, fields.get('mood')!.lists], [['bad', 'good'], false]);
});

test('of several columns with few values, the one that is called like answers is known', async (t) => {
  const folder = testFolder(t);
  const names = ['channel', 'expectedLabel', 'gold-intent', 'Klasse', 'classified', 'topic_id'];
  const row = (at: number) => ({
    ...Object.fromEntries(names.map((name) => [name, at % 2 ? 'x' : 'y'])),
    day: at % 2 ? '2026-01-02' : '2026-01-03T10:00',
  });
  const lines = Array.from({ length: 40 }, (_, at) => JSON.stringify({ text: `a text ${at}`, ...row(at) }));
  folder.write('a.jsonl', `${lines.join('\n')}\n`);
  const [source] = (await surveyFolder(folder.path)).sources;
  const named = source!.fields.filter(({ isNamedAsAnswer }) => isNamedAsAnswer).map(({ name }) => name);
  assert.deepEqual(named.sort(), ['expectedLabel', 'gold-intent', 'topic_id']);
  assert.equal(source!.fields.find(({ name }) => name === 'day')?.values, undefined, 'days are no labels');
});
