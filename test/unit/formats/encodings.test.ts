import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { detectLayout } from '../../../src/core/formats/detect.ts';
import { openEncoding } from '../../../src/core/formats/encodings.ts';
import type { FileLayout } from '../../../src/core/formats/format.ts';
import { readRecordAt } from '../../../src/core/formats/registry.ts';
import { codesOf, read, textsOf } from '../../support/reading.ts';
import { sharedFile, skipUnlessShared } from '../../support/shared.ts';

/** A writer for each Unicode encoding, with its mark. */
const WIDE: Record<string, (text: string) => Buffer> = {
  'utf-16le': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'utf-16be': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  'utf-32le': (text) => utf32(text),
  'utf-32be': (text) => utf32(text).swap32(),
};

const FILES: Record<string, { name: string; content: string; texts: string[] }> = {
  'JSON Lines': {
    name: 'a.jsonl',
    content: '{"text":"é😀"}\r\n{"text":"漢"}\n{"text":7}\n',
    texts: ['é😀', '漢'],
  },
  JSON: { name: 'a.json', content: '[{"text":"é😀"},\n{"text":"漢"}, {"text":7}]', texts: ['é😀', '漢'] },
  CSV: { name: 'a.csv', content: 'nr,text\n1,"é\n😀"\n2,漢\n3\n', texts: ['é\n😀', '漢'] },
  text: { name: 'a.txt', content: 'é😀\r\n漢\n', texts: ['é😀', '漢'] },
};

describe('files in other encodings', () => {
  for (const [encoding, encode] of Object.entries(WIDE)) {
    for (const [format, { name, content, texts }] of Object.entries(FILES)) {
      test(`${format} in ${encoding} is known by its mark and read exactly`, () => {
        const bytes = encode(content);
        const detection = detectLayout(bytes, name, {});
        assert.ok('layout' in detection);
        const { layout } = detection;
        assert.equal(layout.encoding, encoding);
        const reading = checked(layout, bytes);
        assert.deepEqual(textsOf(reading), texts);
        assert.equal(reading.problems.length, format === 'text' ? 0 : 1);
      });
    }
  }

  test('half a character pair and half a unit are reported, and the other rows are read', () => {
    const layout: FileLayout = { format: 'text', recordPer: 'line', encoding: 'utf-16le' };
    const bytes = Buffer.concat([
      Buffer.from('one\nx', 'utf16le'),
      Buffer.from([0x3d, 0xd8]),
      Buffer.from('\nthree\ny', 'utf16le'),
      Buffer.from([0x41]),
    ]);
    const reading = checked(layout, bytes);
    assert.deepEqual(textsOf(reading), ['one', 'three']);
    assert.deepEqual(
      reading.problems.map(({ code, line, offset }) => [code, line, offset]),
      [
        ['encoding-invalid', 2, 10],
        ['encoding-invalid', 4, 28],
      ],
    );
    assert.match(reading.problems[0]!.message, /utf-16le/);
  });

  test('windows-1252 is read by our own table: the euro, the curly quote, and five bytes that are nothing', () => {
    const layout: FileLayout = { format: 'text', recordPer: 'line', encoding: 'windows-1252' };
    const bytes = Buffer.from('5 \x80, it\x92s caf\xe9\nbad \x81\n', 'latin1');
    const reading = checked(layout, bytes);
    assert.deepEqual(textsOf(reading), ['5 €, it’s café']);
    assert.deepEqual(codesOf(reading), ['encoding-invalid']);
    assert.equal(reading.problems[0]!.offset, 19);
  });

  test('a project names an encoding in the words people use; one without a decoder is refused', () => {
    const bytes = Buffer.from('caf\xe9\n', 'latin1');
    for (const encoding of ['latin1', 'ISO-8859-1', 'Windows_1252', 'cp1252']) {
      assert.deepEqual(detectLayout(bytes, 'a.txt', { encoding }), {
        layout: { format: 'text', recordPer: 'line', encoding: 'windows-1252' },
      });
    }
    for (const encoding of ['shift_jis', 'constructor', '__proto__', 'x'.repeat(1000)]) {
      const detection = detectLayout(bytes, 'a.txt', { encoding });
      assert.equal('refusal' in detection && detection.refusal.code, 'encoding-unsupported', encoding);
    }
    assert.deepEqual(detectLayout(bytes, 'a.txt', { encoding: 'UTF8' }), {
      layout: { format: 'text', recordPer: 'line' },
    });
  });

  test('any cut of the stream gives the same records and problems', () => {
    const piece = fc.constantFrom(
      '{"text":"a"}',
      '{"text":"é😀"}',
      '\n',
      '\r\n',
      '\r',
      '"',
      'x,y',
      '漢',
      '\ud83d',
      '\ufeff',
    );
    const encoding = fc.constantFrom(...Object.keys(WIDE), 'windows-1252', 'koi8-r');
    const format = fc.constantFrom('jsonl' as const, 'csv' as const, 'text' as const);
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 20 }),
        fc.nat(3),
        encoding,
        format,
        fc.array(fc.nat(9)),
        (pieces, more, name, kind, cuts) => {
          const encode = WIDE[name] ?? ((text: string) => Buffer.from(text, 'latin1'));
          const bytes = Buffer.concat([encode(pieces.join('')), Buffer.alloc(more, 0x80)]);
          const layout: FileLayout = {
            format: kind,
            textField: kind === 'csv' ? 'x' : 'text',
            columns: ['x', 'y'],
            encoding: name,
          };
          assert.deepEqual(read(layout, bytes, cuts), checked(layout, bytes));
        },
      ),
      { numRuns: 500, seed: 1 },
    );
  });
});

describe('the encodings suite', skipUnlessShared('suites', 'encodings/manifest.jsonl'), () => {
  test('every file in an encoding we read has the text that iconv gives it, or its bad lines are reported', (t) => {
    const rows = readFileSync(sharedFile('suites', 'encodings/manifest.jsonl')!, 'utf8').trim().split('\n');
    let compared = 0;
    for (const row of rows) {
      const { file, encoding } = JSON.parse(row) as { file: string; encoding: string };
      const label = encoding.toLowerCase();
      if (!file.startsWith('chardet/') || openEncoding(label) === 'unsupported') continue;
      const path = sharedFile('suites', `encodings/${file}`)!;
      const bytes = readFileSync(path);
      const expected = iconv(bytes, label);
      if (expected === undefined) continue;
      const reading = checked({ format: 'text', recordPer: 'line', encoding: label }, bytes);
      const lines = expected.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
      const shown = lines.filter((line) => line.trim() !== '');
      assert.equal(textsOf(reading).length + reading.problems.length, shown.length, file);
      for (const { text, line } of reading.records) assert.equal(text, lines[line - 1], `${file}:${line}`);
      assert.deepEqual(reading.problems, [], file);
      compared++;
    }
    if (compared === 0) t.skip('skipped: no iconv on this machine');
  });
});

/** What the system's iconv makes of it; undefined when there is none or it refuses the bytes. */
function iconv(bytes: Buffer, label: string): string | undefined {
  // It reads the two WHATWG names that differ from what it calls them by the tables WHATWG means.
  const name = { 'iso-8859-1': 'windows-1252', 'iso-8859-9': 'windows-1254' }[label] ?? label;
  try {
    return execFileSync('iconv', ['-f', name, '-t', 'utf-8'], {
      input: bytes,
      maxBuffer: 1 << 26,
      stdio: ['pipe', 'pipe', 'ignore'],
    }).toString('utf8');
  } catch {
    return undefined;
  }
}

/** Reads, and reads every record again from its place. */
function checked(layout: FileLayout, bytes: Uint8Array) {
  const reading = read(layout, bytes);
  let end = 0;
  for (const { text, offset, length } of reading.records) {
    assert.ok(offset >= end && offset + length <= bytes.length);
    end = offset + length;
    assert.equal(readRecordAt(bytes.subarray(offset, end), layout)?.text, text);
  }
  for (const { offset } of reading.problems) assert.ok(offset >= 0 && offset <= bytes.length);
  return reading;
}

function utf32(text: string): Buffer {
  const codes = [0xfeff, ...Array.from(text, (character) => character.codePointAt(0)!)];
  const bytes = Buffer.alloc(codes.length * 4);
  codes.forEach((code, i) => void bytes.writeUInt32LE(code, i * 4));
  return bytes;
}
