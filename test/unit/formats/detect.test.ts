import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { detectLayout, type LayoutRule } from '../../../src/core/formats/detect.ts';
import type { FileLayout } from '../../../src/core/formats/format.ts';

interface Case {
  readonly name: string;
  readonly file: string | Uint8Array;
  readonly rule?: LayoutRule;
  readonly layout?: FileLayout;
  readonly refused?: string;
}

const CASES: Record<string, Case> = {
  'a field with a telling name is the text': {
    name: 'a.jsonl',
    file: '{"id":1,"title":"T","text":"x"}\n{"id":2,"title":"A longer title","text":"y"}\n',
    layout: { format: 'jsonl', textField: 'text', idField: 'id' },
  },
  'the name is found deep in a row, and in lists': {
    name: 'a.jsonl',
    file: '{"meta":{"uuid":"u1"},"messages":[{"role":"user","content":"hello"}]}\n',
    layout: { format: 'jsonl', textField: 'messages[0].content', idField: 'meta.uuid' },
  },
  'without a telling name the field with the most text is the text': {
    name: 'a.jsonl',
    file: '{"k":"short","w":"a rather long piece of prose"}\n{"k":"s","w":"and more of it"}\n',
    layout: { format: 'jsonl', textField: 'w' },
  },
  'an id that repeats is not one': {
    name: 'a.jsonl',
    file: '{"id":1,"text":"a"}\n{"id":1,"text":"b"}\n',
    layout: { format: 'jsonl', textField: 'text' },
  },
  'broken rows do not spoil the guess': {
    name: 'a.jsonl',
    file: 'not json\n{"body":"x"}\n{"body":',
    layout: { format: 'jsonl', textField: 'body' },
  },
  'what the project says is not guessed': {
    name: 'a.jsonl',
    file: '{"id":1,"text":"a","raw":"b"}\n',
    rule: { text: 'raw', id: 'text' },
    layout: { format: 'jsonl', textField: 'raw', idField: 'text' },
  },
  'a JSON file can be the list of records': {
    name: 'a.json',
    file: '[\n  {"id": 1, "text": "x"},\n  {"id": 2, "text": "y"}\n]\n',
    layout: { format: 'json', records: '', textField: 'text', idField: 'id' },
  },
  'the longest list of objects in a JSON file is the records': {
    name: 'a.json',
    file: '{"tags":["a"],"meta":{"x":[{"k":1}]},"data":{"items":[{"body":"one"},{"body":"two"}]}}',
    layout: { format: 'json', records: 'data.items', textField: 'body' },
  },
  'a list of texts is records, too': {
    name: 'a.json',
    file: '["one","two"]',
    layout: { format: 'json', records: '', textField: '' },
  },
  'a JSON file without a list is one record': {
    name: 'a.json',
    file: '{"title":"T","body":"x"}',
    layout: { format: 'json', textField: 'body' },
  },
  'a list is found though its end is not there yet': {
    name: 'a.json',
    file: '{"v":1,"rows":[{"text":"x"},{"text":"a \\u00',
    layout: { format: 'json', records: 'rows', textField: 'text' },
  },
  'JSON Lines under the name of JSON are found': {
    name: 'a.json',
    file: '{"text":"a"}\n{"text":"b"}\n',
    layout: { format: 'jsonl', textField: 'text' },
  },
  'a JSON list under the name of JSON Lines is found': {
    name: 'a.jsonl',
    file: '[\n{"text":"a"},\n{"text":"b"}]\n',
    layout: { format: 'json', records: '', textField: 'text' },
  },
  'semicolons are found': {
    name: 'a.csv',
    file: 'nr;message;when\n1;"a, b; c";x\n2;d, e, f;y\n',
    layout: { format: 'csv', delimiter: ';', columns: ['nr', 'message', 'when'], textField: 'message' },
  },
  'tabs are found in a file that says it has commas': {
    name: 'a.csv',
    file: 'id\tcomment\n1\tx, y\n2\tz\n',
    layout: {
      format: 'csv',
      delimiter: '\t',
      columns: ['id', 'comment'],
      textField: 'comment',
      idField: 'id',
    },
  },
  'TSV has tabs': {
    name: 'a.TSV',
    file: 'a,b\tsentence\nx\ty\n',
    layout: { format: 'csv', delimiter: '\t', columns: ['a,b', 'sentence'], textField: 'sentence' },
  },
  'the byte order mark is not part of a column name': {
    name: 'a.csv',
    file: '\ufeffText,b\nx,y\n',
    layout: { format: 'csv', delimiter: ',', columns: ['Text', 'b'], textField: 'Text' },
  },
  'a header alone has names to go by': {
    name: 'a.csv',
    file: 'id,text',
    layout: { format: 'csv', delimiter: ',', columns: ['id', 'text'], textField: 'text' },
  },
  'JSON Lines under the name of CSV are found': {
    name: 'a.csv',
    file: '{"text":"a, b"}\n{"text":"c"}\n',
    layout: { format: 'jsonl', textField: 'text' },
  },
  'text is a record a line unless the project says a file': {
    name: 'a.txt',
    file: 'x\n',
    layout: { format: 'text', recordPer: 'line' },
  },
  'text by file': {
    name: 'a.txt',
    file: 'x\n',
    rule: { recordPer: 'file' },
    layout: { format: 'text', recordPer: 'file' },
  },
  'an empty file has a layout, too': {
    name: 'a.jsonl',
    file: '',
    layout: { format: 'jsonl', textField: 'text' },
  },
  'a key called __proto__ is a name like others': {
    name: 'a.jsonl',
    file: '{"__proto__":{"text":"x"}}\n',
    layout: { format: 'jsonl', textField: '__proto__.text' },
  },
  'an image is refused': { name: 'a.txt', file: Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1), refused: 'binary' },
  'an archive is refused': { name: 'a.csv', file: Uint8Array.of(0x50, 0x4b, 3, 4), refused: 'binary' },
  'a database is refused': { name: 'a.txt', file: 'SQLite format 3\0', refused: 'binary' },
  'a file full of NUL is refused': { name: 'a.txt', file: 'a\0\0b\0\0\0c\0', refused: 'binary' },
  'one NUL is data': {
    name: 'a.txt',
    file: `a\0b${'x'.repeat(500)}`,
    layout: { format: 'text', recordPer: 'line' },
  },
};

describe('the layout of a file', () => {
  for (const [title, { name, file, rule = {}, layout, refused }] of Object.entries(CASES)) {
    test(title, async () => {
      const detection = await detectLayout(Buffer.from(file as string), name, rule);
      if (layout) assert.deepEqual(detection, { layout });
      else assert.equal('refusal' in detection && detection.refusal.code, refused);
    });
  }
});
