import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { detectLayout } from '../../../src/core/formats/detect.ts';
import { isKnownEncoding, loadEncoding } from '../../../src/core/formats/encodings.ts';
import type { FileLayout } from '../../../src/core/formats/format.ts';
import { readRecordAt } from '../../../src/core/formats/registry.ts';
import { decodeUtf8 } from '../../../src/core/formats/utf8.ts';
import { codesOf, read, textsOf } from '../../support/reading.ts';
import { sharedFile, skipUnlessShared } from '../../support/shared.ts';

/** A writer for each Unicode encoding, with its mark. */
const WIDE: Record<string, (text: string) => Buffer> = {
  'utf-16le': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'utf-16be': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  'utf-32le': (text) => utf32(text),
  'utf-32be': (text) => utf32(text).swap32(),
};

const MULTIBYTE = ['shift_jis', 'euc-jp', 'gb18030', 'big5', 'euc-kr'];

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
      test(`${format} in ${encoding} is known by its mark and read exactly`, async () => {
        const bytes = encode(content);
        const detection = await detectLayout(bytes, name, {});
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

  test('a project names an encoding in the words people use; one without a decoder is refused', async () => {
    const bytes = Buffer.from('caf\xe9\n', 'latin1');
    for (const encoding of ['latin1', 'ISO-8859-1', 'Windows_1252', 'cp1252']) {
      assert.deepEqual(await detectLayout(bytes, 'a.txt', { encoding }), {
        layout: { format: 'text', recordPer: 'line', encoding: 'windows-1252' },
      });
    }
    for (const encoding of ['iso-2022-jp', 'constructor', '__proto__', 'x'.repeat(1000)]) {
      const detection = await detectLayout(bytes, 'a.txt', { encoding });
      assert.equal('refusal' in detection && detection.refusal.code, 'encoding-unsupported', encoding);
    }
    assert.deepEqual(await detectLayout(bytes, 'a.txt', { encoding: 'UTF8' }), {
      layout: { format: 'text', recordPer: 'line' },
    });
  });

  test('a byte in the middle of a character is never taken for a quote, a separator or a line end', async () => {
    await Promise.all(['shift_jis', 'gb18030', 'big5'].map(loadEncoding));
    const csv: FileLayout = { format: 'csv', textField: 'text', delimiter: '|', columns: ['nr', 'text'] };
    // Trail bytes 5C, 7C and 22: a backslash, the separator of this file, and (as no character) a quote.
    const japanese = Buffer.from('nr|text\n1|\x95\x5c\x83\x7c\n2|"\x95\x5c"\n3|\x81"\n4|\xb1\n', 'latin1');
    const reading = checked({ ...csv, encoding: 'shift_jis' }, japanese);
    assert.deepEqual(textsOf(reading), ['表ポ', '表', 'ｱ']);
    assert.deepEqual(codesOf(reading), ['encoding-invalid']);
    assert.equal(reading.problems[0]!.offset, japanese.indexOf(0x81));
    // Four bytes, two of them digits; then half a character before a line end, which ends the line all the same.
    const chinese = Buffer.from('\x81\x30\x81\x30,\xc4\xe3\n\xc4\nx\n\x84\x31\xa4\x37', 'latin1');
    const lines = checked({ format: 'text', recordPer: 'line', encoding: 'gbk' }, chinese);
    assert.deepEqual(textsOf(lines), ['\x80,你', 'x', '\ufffd']);
    assert.deepEqual(
      lines.problems.map(({ code, line, offset }) => [code, line, offset]),
      [['encoding-invalid', 2, 8]],
    );
    // One character of Big5 is two in Unicode, and still two bytes of the file.
    const taiwan = checked({ format: 'text', encoding: 'big5' }, Buffer.from('\x88\x62\na\xa4', 'latin1'));
    assert.deepEqual(textsOf(taiwan), ['Ê̄']);
    assert.equal(taiwan.records[0]!.length, 2);
    assert.deepEqual(codesOf(taiwan), ['encoding-invalid']);
  });

  test('any cut of the stream gives the same records and problems', async () => {
    await Promise.all(MULTIBYTE.map(loadEncoding));
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
    const encoding = fc.constantFrom(...Object.keys(WIDE), 'windows-1252', 'koi8-r', ...MULTIBYTE);
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
          const bytes = Buffer.concat([encode(pieces.join('')), Buffer.alloc(more, 0x85)]);
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

describe('the encoding of a file that nobody named', () => {
  const guessOf = async (bytes: Uint8Array, name = 'a.txt', rule = {}) => {
    const detection = await detectLayout(bytes, name, rule);
    assert.ok('layout' in detection);
    assert.equal(detection.guess?.encoding, detection.guess && detection.layout.encoding);
    return detection.guess;
  };

  test('Western text is guessed, with what it would look like, and the guess says that it is one', async () => {
    const guess = await guessOf(
      Buffer.from('nr;text\n1;Gr\xfc\xdfe aus K\xf6ln, f\xfcr 5 \x80\n', 'latin1'),
      'a.csv',
    );
    assert.equal(guess?.encoding, 'windows-1252');
    assert.match(guess.candidates[0]!.sample, /Grüße aus Köln, für 5 €/);
  });

  test('a text of one short line is guessed, and never surely', async () => {
    const guess = await guessOf(Buffer.from('caf\xe9\n', 'latin1'));
    assert.equal(guess?.isSure, false);
    assert.ok(guess.candidates.some(({ encoding }) => encoding === 'windows-1252'));
  });

  test('UTF-16 without a mark is known by its zero bytes', async () => {
    const bytes = Buffer.from('one line\nanother – line\n', 'utf16le');
    assert.equal((await guessOf(bytes))?.encoding, 'utf-16le');
    assert.equal((await guessOf(bytes.swap16()))?.encoding, 'utf-16be');
  });

  const notGuessed: Record<string, [bytes: Buffer, name?: string, rule?: { encoding: string }]> = {
    'UTF-8 is not guessed at': [Buffer.from('Grüße\n')],
    'a damaged line does not make UTF-8 something else': [
      Buffer.concat([Buffer.from('Grüße aus Köln\n'), Buffer.from('caf\xe9\n', 'latin1')]),
    ],
    'nor does a beginning that ends within a character': [Buffer.from('aé').subarray(0, 2)],
    'what the project names is not guessed': [
      Buffer.from('caf\xe9\n', 'latin1'),
      'a.txt',
      { encoding: 'latin1' },
    ],
    'JSON is UTF-8, or faulty': [Buffer.from('{"text":"caf\xe9"}\n{"text":"b"}\n', 'latin1'), 'a.jsonl'],
    'a mark of UTF-8 counts more than the project': [
      Buffer.from('\ufeffé\n'),
      'a.txt',
      { encoding: 'koi8-r' },
    ],
  };
  for (const [title, [bytes, name, rule]] of Object.entries(notGuessed)) {
    test(title, async () => assert.equal(await guessOf(bytes, name, rule), undefined));
  }
});

describe('the encodings suite', skipUnlessShared('suites', 'encodings/manifest.jsonl'), () => {
  test('every file in an encoding we read has the text that iconv gives it, or its bad lines are reported', async (t) => {
    const rows = readFileSync(sharedFile('suites', 'encodings/manifest.jsonl')!, 'utf8').trim().split('\n');
    let compared = 0;
    for (const row of rows) {
      const { file, encoding } = JSON.parse(row) as { file: string; encoding: string };
      const label = encoding.toLowerCase();
      if (!file.startsWith('chardet/') || !isKnownEncoding(label)) continue;
      await loadEncoding(label);
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

  const references = {
    big5: 'big5',
    euc_kr: 'euc-kr',
    gb18030: 'gb18030',
    jis0208: 'euc-jp',
    jis0212: 'euc-jp',
    shift_jis: 'shift_jis',
  };
  for (const [name, encoding] of Object.entries(references)) {
    test(`${name}: every sequence of bytes is the character that WHATWG says, or is reported`, async () => {
      await loadEncoding(encoding);
      const file = (end: string) =>
        readFileSync(sharedFile('suites', `encodings/encoding_rs/${name}_${end}.txt`)!);
      const reading = checked({ format: 'text', recordPer: 'line', encoding }, file('in'));
      const expected = file('in_ref').toString('utf8').split('\n');
      const got = new Map(reading.records.map(({ line, text }) => [line, text]));
      const bad = new Set(reading.problems.map(({ line }) => line));
      expected.forEach((line, i) => {
        if (line.includes('\ufffd')) assert.ok(bad.has(i + 1), `${name}:${i + 1}`);
        // What is blank is no record.
        else if (line.trim() !== '') assert.equal(got.get(i + 1), line, `${name}:${i + 1}`);
      });
      assert.equal(bad.size, expected.filter((line) => line.includes('\ufffd')).length);
    });
  }

  test('no file in another encoding is read without a word', async () => {
    const rows = readFileSync(sharedFile('suites', 'encodings/manifest.jsonl')!, 'utf8').trim().split('\n');
    let guessed = 0;
    for (const row of rows) {
      const { file } = JSON.parse(row) as { file: string };
      const bytes = readFileSync(sharedFile('suites', `encodings/${file}`)!);
      const detection = await detectLayout(bytes, file.replace(/\.bin$/, '.txt'), {});
      if ('refusal' in detection || detection.guess) guessed++;
      else if (decodeUtf8(bytes) === undefined && detection.layout.encoding === undefined) {
        assert.ok(checked(detection.layout, bytes).problems.length > 0, file);
      }
    }
    assert.ok(guessed > 150, `${guessed} files`);
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
