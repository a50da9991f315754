import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { FileLayout } from '../../../src/core/formats/format.ts';
import { MAX_ROW_BYTES } from '../../../src/core/formats/limits.ts';
import { readRecordAt } from '../../../src/core/formats/registry.ts';
import { codesOf, read, readChecked, textsOf } from '../../support/reading.ts';

const JSONL: FileLayout = { format: 'jsonl', textField: 'text', idField: 'id' };
const LIST: FileLayout = { format: 'json', records: '', textField: 'text', idField: 'id' };
const CSV: FileLayout = {
  format: 'csv',
  delimiter: ',',
  columns: ['id', 'text'],
  textField: 'text',
  idField: 'id',
};
const TSV: FileLayout = { ...CSV, delimiter: '\t' };
const HEADINGS: FileLayout = { format: 'markdown', recordPer: 'heading' };
const LINES: FileLayout = { format: 'text', recordPer: 'line' };
const WHOLE: FileLayout = { format: 'text', recordPer: 'file' };

interface Case {
  readonly layout: FileLayout;
  readonly file: string | Uint8Array;
  readonly texts: readonly string[];
  /** `code line:column@offset` */
  readonly problems?: readonly string[];
  readonly ids?: readonly (string | undefined)[];
}

const CASES: Record<string, Case> = {
  // Line ends
  'LF, CR LF, CR and no last line end all part rows of JSON Lines': {
    layout: JSONL,
    file: '{"text":"a"}\n{"text":"b"}\r\n{"text":"c"}\r{"text":"d"}',
    texts: ['a', 'b', 'c', 'd'],
  },
  'LF, CR LF, CR and no last line end all part rows of CSV': {
    layout: CSV,
    file: 'id,text\r\n1,a\n2,b\r3,c\r\n4,d',
    texts: ['a', 'b', 'c', 'd'],
    ids: ['1', '2', '3', '4'],
  },
  'LF, CR LF, CR and no last line end all part lines of text': {
    layout: LINES,
    file: 'a\nb\r\nc\rd',
    texts: ['a', 'b', 'c', 'd'],
  },
  'U+2028, U+2029 and NEL are characters of a text, not line ends': {
    layout: JSONL,
    file: '{"text":"a\u2028b\u2029c\u0085d"}\n',
    texts: ['a\u2028b\u2029c\u0085d'],
  },
  'the same in plain text': {
    layout: LINES,
    file: 'a\u2028b\u2029c\u0085d\n',
    texts: ['a\u2028b\u2029c\u0085d'],
  },
  'blank lines are no rows and no problem': {
    layout: JSONL,
    file: '\n\n{"text":"a"}\n  \t\n\r\n{"text":"b"}\n\n',
    texts: ['a', 'b'],
  },
  'blank lines in CSV are no rows and no problem': {
    layout: CSV,
    file: '\nid,text\n\n1,a\n   \n\n2,b\n\n',
    texts: ['a', 'b'],
  },
  'blank lines in text are no records': { layout: LINES, file: '\na\n \u00a0\nb\n\n', texts: ['a', 'b'] },
  'an empty file has no records and no problem': { layout: JSONL, file: '', texts: [] },
  'a header alone has no records and no problem': { layout: CSV, file: 'id,text\n', texts: [] },
  'an empty CSV file has no records and no problem': { layout: CSV, file: '', texts: [] },
  'an empty text file has no record': { layout: WHOLE, file: '', texts: [] },

  // Byte order mark
  'a byte order mark is not part of the first row of JSON Lines': {
    layout: JSONL,
    file: '\ufeff{"text":"a"}\n',
    texts: ['a'],
  },
  'a byte order mark is not part of the first column name': {
    layout: CSV,
    file: '\ufeffid,text\n1,a\n',
    texts: ['a'],
    ids: ['1'],
  },
  'a byte order mark is not part of the first line of text, a later U+FEFF is': {
    layout: LINES,
    file: '\ufeffa\n\ufeffb\n',
    texts: ['a', '\ufeffb'],
  },
  'a byte order mark is not part of a whole file': { layout: WHOLE, file: '\ufeffa\nb\n', texts: ['a\nb\n'] },
  'a byte order mark alone is an empty file': { layout: JSONL, file: '\ufeff', texts: [] },
  'half a byte order mark is not UTF-8': {
    layout: LINES,
    file: Uint8Array.of(0xef, 0xbb),
    texts: [],
    problems: ['utf8-invalid 1:1@0'],
  },

  // What a text can be
  'a row without a text is reported, whatever is in its place, and its neighbours are read': {
    layout: JSONL,
    file: [
      '{"text":"a"}',
      '{"other":1}',
      '{"text":null}',
      '{"text":7}',
      '{"text":["x"]}',
      '{"text":{"x":1}}',
      '{"text":true}',
      '{"text":" "}',
      '["text"]',
      '"text"',
      'null',
      '{"text":"b"}',
    ].join('\n'),
    texts: ['a', 'b'],
    problems: [
      'text-missing 2:1@13',
      'text-missing 3:1@25',
      'text-not-string 4:1@39',
      'text-not-string 5:1@50',
      'text-not-string 6:1@65',
      'text-not-string 7:1@82',
      'text-empty 8:1@96',
      'text-missing 9:1@109',
      'text-missing 10:1@118',
      'text-missing 11:1@125',
    ],
  },
  'a text can lie deep in a row': {
    layout: { format: 'jsonl', textField: 'a.b[1].c', idField: 'a.id' },
    file: '{"a":{"id":"x","b":[0,{"c":"deep"}]}}\n{"a.b[1].c":"whole key"}\n{"a":{"b":[]}}\n',
    texts: ['deep', 'whole key'],
    ids: ['x', undefined],
    problems: ['text-missing 3:1@63'],
  },
  'a path never reaches a prototype': {
    layout: { format: 'jsonl', textField: 'constructor.name' },
    file: '{"a":1}\n{"constructor":{"name":"own"}}\n',
    texts: ['own'],
    problems: ['text-missing 1:1@0'],
  },
  'half a surrogate pair is reported, a whole pair is a character': {
    layout: JSONL,
    file: '{"text":"\\ud83d"}\n{"text":"\\ud83d\\ude00"}\n',
    texts: ['😀'],
    problems: ['text-lone-surrogate 1:1@0'],
  },
  'NUL and control characters come through exactly': {
    layout: JSONL,
    file: '{"text":"a\\u0000b\\u0007"}\n',
    texts: ['a\0b\u0007'],
  },
  'raw NUL bytes in text come through exactly': { layout: LINES, file: 'a\0b\n', texts: ['a\0b'] },

  // Ids
  'ids keep their spelling, however large or odd the number': {
    layout: JSONL,
    file: [
      '{"id":9007199254740993,"text":"a"}',
      '{"id":10000000000000000999,"text":"b"}',
      '{"id":1.0,"text":"c"}',
      '{ "text" : "d" , "id" : 1E3 }',
      '{"id":"007","text":"e"}',
      '{"id":null,"text":"f"}',
      '{"text":"g"}',
      '{"id":1,"text":"h","id":2.50}',
    ].join('\n'),
    texts: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'],
    ids: ['9007199254740993', '10000000000000000999', '1.0', '1E3', '007', undefined, undefined, '2.50'],
    problems: ['json-key-repeated 8:20@205'],
  },
  'an id that is no text or number is reported and left out': {
    layout: JSONL,
    file: '{"id":{"x":1},"text":"a"}\n{"id":true,"text":"b"}\n',
    texts: ['a', 'b'],
    ids: [undefined, undefined],
    problems: ['id-unusable 1:1@0', 'id-unusable 2:1@26'],
  },

  // Broken JSON
  'broken JSON is reported where it breaks, in bytes, and its neighbours are read': {
    layout: JSONL,
    file: '{"text":"a"}\n{"text":"é" "b"}\n{"text":\n{"text":"c"}x\n{"text":"tab\there"}\n{"text":"d"}',
    texts: ['a', 'd'],
    problems: ['json-syntax 2:14@26', 'json-syntax 3:9@39', 'json-syntax 4:13@52', 'json-syntax 5:13@66'],
  },
  'a repeated key is reported, at any depth and however it is spelled': {
    layout: JSONL,
    file: '{"text":"a","text":"b"}\n{"text":"c","x":[{"k":1,"\\u006b":2}]}\n{"a":{"k":1},"b":{"k":1},"text":"d"}\n',
    texts: ['b', 'c', 'd'],
    problems: ['json-key-repeated 1:13@12', 'json-key-repeated 2:25@48'],
  },
  'JSON that is nested too deeply is reported': {
    layout: JSONL,
    file: `{"text":"a","x":${'['.repeat(2000)}${']'.repeat(2000)}}\n{"text":"b"}\n`,
    texts: ['b'],
    problems: ['json-too-deep 1:1016@1015'],
  },

  // JSON files
  'the elements of a list are records, each at its place': {
    layout: LIST,
    file: '\ufeff[\n  {"id":1,"text":"a"},\r\n  {"text":\n"b"} , {"text":"c"}\r]\n',
    texts: ['a', 'b', 'c'],
    ids: ['1', undefined, undefined],
  },
  'the list may lie deep in the file, beside other things': {
    layout: { ...LIST, records: 'data.items' },
    file: '{"items":[{"text":"no"}],"data":{"x":{"items":[{"text":"no"}]},"items":[{"text":"a"},{"text":"b"}],"n":[1]},"z":null}',
    texts: ['a', 'b'],
  },
  'texts in a list are records': {
    layout: { ...LIST, textField: '' },
    file: '["a", "b", 7]',
    texts: ['a', 'b'],
    problems: ['text-not-string 1:12@11'],
  },
  'a file can be one record': {
    layout: { format: 'json', textField: 'a.b' },
    file: '\n{"a":{"b":"x"}}\n',
    texts: ['x'],
  },
  'an element that is not valid costs itself': {
    layout: LIST,
    file: '[{"text":"a"},\n{"text":tru},\n{"text" "b"},{"text":"c"}]',
    texts: ['a', 'c'],
    problems: ['json-syntax 2:9@23', 'json-syntax 3:9@37'],
  },
  'a missing element is reported': {
    layout: LIST,
    file: '[{"text":"a"},,{"text":"b"}]',
    texts: ['a', 'b'],
    problems: ['json-syntax 1:15@14'],
  },
  'where the structure breaks the rest is left out, and what came before stays': {
    layout: LIST,
    file: '[{"text":"a"}\n{"text":"b"}]',
    texts: ['a'],
    problems: ['json-syntax 2:1@14'],
  },
  'a file that ends too early is reported, and what came before stays': {
    layout: LIST,
    file: '[{"text":"a"},{"text":"b',
    texts: ['a'],
    problems: ['json-syntax 1:25@24'],
  },
  'a list that never closes is reported': {
    layout: LIST,
    file: '[{"text":"a"}',
    texts: ['a'],
    problems: ['json-syntax 1:14@13'],
  },
  'something after the end is reported': {
    layout: LIST,
    file: '[{"text":"a"}] x',
    texts: ['a'],
    problems: ['json-syntax 1:16@15'],
  },
  'a list that is not there is reported': {
    layout: { ...LIST, records: 'rows' },
    file: '{"row":[]}',
    texts: [],
    problems: ['records-missing 1:1@0'],
  },
  'an element that is not UTF-8 costs itself': {
    layout: LIST,
    file: Buffer.from('[{"text":"\xe4"},{"text":"b"}]', 'latin1'),
    texts: ['b'],
    problems: ['utf8-invalid 1:11@10'],
  },
  'an empty JSON file has no records and no problem': { layout: LIST, file: ' \n', texts: [] },

  // Markdown
  'a Markdown file is one record, without its front matter and blank edges': {
    layout: { format: 'markdown', recordPer: 'file' },
    file: '\ufeff---\ntitle: x\r\n---\n\n# A\r\n\ntext\n## B\n\n\n',
    texts: ['# A\r\n\ntext\n## B'],
  },
  'a Markdown file gives a record a heading, and one for what comes before the first': {
    layout: HEADINGS,
    file: 'before\n\n# A\ntext\n\n\n### B ###\r\n more\r#no heading\n    # code\n#\n',
    texts: ['before', '# A\ntext', '### B ###\r\n more\r#no heading\n    # code', '#'],
  },
  'a # inside fenced code is no heading': {
    layout: HEADINGS,
    file: '# A\n```sh\n# comment\n~~~\n````\n# B\n~~~\n# comment',
    texts: ['# A\n```sh\n# comment\n~~~\n````', '# B\n~~~\n# comment'],
  },
  'a rule at the start is not front matter when no second one follows': {
    layout: HEADINGS,
    file: '---\ntext\n# A\n',
    texts: ['---\ntext', '# A'],
  },
  'a section that is not UTF-8 costs itself': {
    layout: HEADINGS,
    file: Buffer.from('# A\nx\n\xe4\n# B\n', 'latin1'),
    texts: ['# B'],
    problems: ['utf8-invalid 3:1@6'],
  },
  'an empty Markdown file has no record': { layout: HEADINGS, file: '\n\n', texts: [] },

  // Broken UTF-8
  'bytes that are not UTF-8 are reported where they begin, never replaced': {
    layout: LINES,
    file: Buffer.from('good\nb\xe4d\nalso \xc3\xa4 good\n', 'latin1'),
    texts: ['good', 'also ä good'],
    problems: ['utf8-invalid 2:2@6'],
  },
  'the same in CSV': {
    layout: CSV,
    file: Buffer.from('id,text\n1,a\n2,\xff\n3,c\n', 'latin1'),
    texts: ['a', 'c'],
    problems: ['utf8-invalid 3:3@14'],
  },
  'the same in a whole file, on the line where it is': {
    layout: WHOLE,
    file: Buffer.from('one\r\ntwo\nth\xe4\n', 'latin1'),
    texts: [],
    problems: ['utf8-invalid 3:3@11'],
  },

  // CSV
  'quoted fields hold separators, quotes and line ends': {
    layout: CSV,
    file: 'id,text\n1,"a, ""b""\r\nc"\n"2",d\n3,"e"',
    texts: ['a, "b"\r\nc', 'd', 'e'],
    ids: ['1', '2', '3'],
  },
  'a quote inside an unquoted field is a character': {
    layout: CSV,
    file: 'id,text\n1,5" disk\n2,b\n',
    texts: ['5" disk', 'b'],
  },
  'a quote that never closes costs its line, not the file': {
    layout: CSV,
    file: 'id,text\n1,a\n2,"open\n3,c\n4,d\n',
    texts: ['a', 'c', 'd'],
    problems: ['csv-quote-open 3:3@14'],
  },
  'a closing quote in the middle of a field costs its line': {
    layout: CSV,
    file: 'id,text\n1,"a"b\n2,c\n',
    texts: ['c'],
    problems: ['csv-quote-stray 2:3@10'],
  },
  'a broken quote on a later line of a row is reported on that line': {
    layout: CSV,
    file: 'id,text\n"1\n1","open\n2,b\n',
    texts: ['b'],
    problems: ['csv-quote-open 3:4@14'],
  },
  'after a broken quote the lines it swallowed are read as if it had not been there': {
    layout: CSV,
    file: 'id,text\n1,"open\n2,"b ""c""\nd"\n3,e\n4,"f"g\n',
    texts: ['b "c"\nd', 'e'],
    problems: ['csv-quote-stray 2:3@10', 'csv-quote-stray 6:3@36'],
  },
  'rows with too few or too many fields are reported, never shifted': {
    layout: CSV,
    file: 'id,text\n1\n2,b\n3,c,d\n4,e,\n',
    texts: ['b', 'e'],
    problems: ['csv-ragged 2:1@8', 'csv-ragged 4:1@14'],
  },
  'a text column that does not exist is said once': {
    layout: { ...CSV, textField: 'body' },
    file: 'id,text\n1,a\n2,b\n',
    texts: [],
    problems: ['text-column-missing 1:1@0'],
  },
  'an empty text in CSV is reported': {
    layout: CSV,
    file: 'id,text\n1,\n2,b\n',
    texts: ['b'],
    problems: ['text-empty 2:1@8'],
  },
  'tabs part fields of TSV and commas do not': { layout: TSV, file: 'id\ttext\n1\ta, b\n', texts: ['a, b'] },
};

describe('every reader', () => {
  for (const [name, { layout, file, texts, problems = [], ids }] of Object.entries(CASES)) {
    test(name, () => {
      const reading = readChecked(layout, Buffer.from(file as string));
      assert.deepEqual(textsOf(reading), texts);
      assert.deepEqual(
        reading.problems.map(({ code, line, column, offset }) => `${code} ${line}:${column}@${offset}`),
        problems,
      );
      if (ids) {
        assert.deepEqual(
          reading.records.map(({ id }) => id),
          ids,
        );
      }
    });
  }

  for (const [name, layout] of Object.entries({ JSONL, LIST, CSV, TSV, LINES, WHOLE, HEADINGS })) {
    test(`${name}: any cut of the stream gives the same records and problems`, () => {
      const piece = fc.constantFrom(
        ...[
          '{"text":"a"}',
          '{"id":1,"text":"é😀"}',
          'id,text',
          'id\ttext',
          '1,"a\nb""c"',
          '"',
          ',',
          '\t',
          'x',
          '\\',
        ],
        ...[
          '\n',
          '\r\n',
          '\r',
          '\ufeff',
          '\u2028',
          '{',
          '}',
          ' ',
          '[',
          ']',
          ':',
          '"text":',
          '# ',
          '---',
          '```',
        ],
      );
      const bytes = fc
        .tuple(fc.array(piece, { maxLength: 30 }), fc.array(fc.nat(255), { maxLength: 2 }))
        .map(([pieces, raw]) => Buffer.concat([Buffer.from(pieces.join('')), Buffer.from(raw)]));
      fc.assert(
        fc.property(bytes, fc.array(fc.nat(12), { maxLength: 30 }), (file, cuts) => {
          const reading = readChecked(layout, file);
          assert.deepEqual(read(layout, file, cuts), reading);
        }),
        { numRuns: 300, seed: 1 },
      );
    });
  }

  for (const [name, layout, before, after] of [
    ['JSON Lines', JSONL, '{"text":"first"}\n', '\n{"text":"last"}\n'],
    ['CSV', CSV, 'id,text\n1,first\n', '\n2,last\n'],
    ['text', LINES, 'first\n', '\nlast\n'],
  ] as const) {
    test(`${name}: a line above 16 MB is reported and the rest is read, however the stream is cut`, () => {
      const long = Buffer.alloc(MAX_ROW_BYTES + 1, 'x');
      const file = Buffer.concat([Buffer.from(before), long, Buffer.from(after)]);
      const reading = read(layout, file);
      assert.deepEqual(textsOf(reading), ['first', 'last']);
      assert.deepEqual(codesOf(reading), ['line-too-long']);
      assert.equal(reading.problems[0]!.offset, before.length);
      assert.equal(reading.records[1]!.offset, file.length - after.length + 1);
      const cuts = new Array<number>(Math.ceil(file.length / 65_537)).fill(65_537);
      assert.deepEqual(read(layout, file, cuts), reading);
    });
  }

  test('a quoted field above 16 MB is reported where it opens and costs a line', () => {
    const file = Buffer.concat([
      Buffer.from('id,text\n1,"open\n2,b\n'),
      Buffer.alloc(MAX_ROW_BYTES, `x, ${'x'.repeat(997)}\n`),
      Buffer.from('\n3,"c"\n'),
    ]);
    const reading = read(CSV, file);
    assert.deepEqual(codesOf(reading).slice(0, 1), ['csv-quote-open']);
    assert.equal(textsOf(reading)[0], 'b');
    assert.equal(textsOf(reading).at(-1), 'c');
    const cuts = new Array<number>(200).fill(100_003);
    assert.equal(read(CSV, file, cuts).records.length, reading.records.length);
  });
});

describe('a record read again', () => {
  test('has its other fields as they are written', () => {
    const row =
      '{"id":7,"text":"a","n":10000000000000000999,"s":"x\\ny","o":{"a":[1, 2]},"__proto__":{"p":1}}';
    assert.deepEqual(readRecordAt(Buffer.from(row), JSONL), {
      text: 'a',
      id: '7',
      fields: [
        ['id', '7'],
        ['n', '10000000000000000999'],
        ['s', 'x\ny'],
        ['o', '{"a":[1, 2]}'],
        ['__proto__', '{"p":1}'],
      ],
    });
    assert.equal(({} as { p?: number }).p, undefined);
  });

  test('has its other columns', () => {
    const layout = { ...CSV, columns: ['id', 'text', 'topic'] };
    assert.deepEqual(readRecordAt(Buffer.from('7,"a, b",x'), layout), {
      text: 'a, b',
      id: '7',
      fields: [
        ['id', '7'],
        ['topic', 'x'],
      ],
    });
  });

  test('is nothing when the bytes are no row any more', () => {
    assert.equal(readRecordAt(Buffer.from('{"text":'), JSONL), undefined);
    assert.equal(readRecordAt(Buffer.from([0xff]), LINES), undefined);
    assert.equal(readRecordAt(Buffer.from('"'), CSV), undefined);
  });
});
