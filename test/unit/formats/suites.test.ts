import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, test } from 'node:test';
import { sampleRows } from '../../../src/core/formats/csv.ts';
import { detectLayout } from '../../../src/core/formats/detect.ts';
import type { FileLayout } from '../../../src/core/formats/format.ts';
import { readRecordAt } from '../../../src/core/formats/registry.ts';
import { codesOf, readChecked, textsOf } from '../../support/reading.ts';
import { sharedFile, skipUnlessShared } from '../../support/shared.ts';

const JSONL: FileLayout = { format: 'jsonl', textField: 'text', idField: 'id' };
const LINES: FileLayout = { format: 'text', recordPer: 'line' };

/** The rows of a suite's manifest. */
function manifest<Row>(suite: string): Row[] {
  const file = sharedFile('suites', `${suite}/manifest.jsonl`)!;
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}

function bytesOf(suite: string, file: string): Buffer {
  return readFileSync(sharedFile('suites', `${suite}/${file}`)!);
}

describe('JSONTestSuite', skipUnlessShared('suites', 'JSONTestSuite/manifest.jsonl'), () => {
  test('as a line between two good ones: both neighbours exact, the line accepted or reported as it deserves', () => {
    let tried = 0;
    for (const { file, has_newline } of manifest<{
      file: string;
      has_newline: boolean;
    }>('JSONTestSuite')) {
      if (!file.startsWith('test_parsing/') || has_newline) continue;
      tried++;
      const middle = bytesOf('JSONTestSuite', file);
      const sandwich = Buffer.concat([
        Buffer.from('{"text":"one"}\n'),
        middle,
        Buffer.from('\n{"text":"three"}\n'),
      ]);
      const reading = readChecked(JSONL, sandwich);
      const kept = reading.records.filter(({ line }) => line !== 2).map(({ text }) => text);
      assert.deepEqual(kept, ['one', 'three'], file);
      assert.ok(reading.problems.every(({ line }) => line === 2));
      const broken = codesOf(reading).filter((code) => code === 'json-syntax' || code === 'utf8-invalid');
      const name = basename(file);
      // White space alone is a blank line between two rows, not a broken one.
      const isBlank = middle.toString().trim() === '';
      if (name.startsWith('y_')) assert.deepEqual(broken, [], file);
      else if (name.startsWith('n_') && !isBlank) assert.equal(broken.length, 1, file);
      assert.ok(isBlank || reading.problems.length + reading.records.length > 2, file);
    }
    assert.ok(tried > 250, `${tried} files`);
  });

  test('as whole files: valid ones without a complaint about JSON, broken ones with one a broken place, and no record', async () => {
    for (const { file } of manifest<{ file: string }>('JSONTestSuite')) {
      if (!file.startsWith('test_parsing/')) continue;
      const bytes = bytesOf('JSONTestSuite', file);
      const detection = await detectLayout(bytes, file, { format: 'json' });
      if ('refusal' in detection) {
        assert.ok(!basename(file).startsWith('y_'), file);
        continue;
      }
      const reading = readChecked({ ...detection.layout, textField: 'no such field' }, bytes);
      const broken = codesOf(reading).filter((code) => code === 'json-syntax' || code === 'utf8-invalid');
      assert.deepEqual(reading.records, [], file);
      if (basename(file).startsWith('y_')) assert.deepEqual(broken, [], file);
      // An empty file is no problem; `[1,,]` is broken in two places.
      else if (basename(file).startsWith('n_') && bytes.toString().trim() !== '')
        assert.ok(broken.length === 1 || broken.length === 2, file);
    }
  });

  test('numbers as ids keep their digits, repeated keys are told, different ones are not', () => {
    const seen: Record<string, unknown> = {};
    for (const { file } of manifest<{ file: string }>('JSONTestSuite')) {
      if (!file.startsWith('test_transform/')) continue;
      const json = bytesOf('JSONTestSuite', file).toString('utf8').trim();
      const name = basename(file, '.json');
      if (name.startsWith('number_')) {
        const digits = json.slice(1, -1);
        const { records } = readChecked(JSONL, Buffer.from(`{"text":"t","id":${digits}}`));
        assert.equal(records[0]?.id, digits, file);
      }
      if (name.startsWith('object_')) {
        seen[name] = codesOf(readChecked(JSONL, Buffer.from(`{"text":"t","x":${json}}`)));
      }
    }
    assert.deepEqual(seen, {
      object_key_nfc_nfd: [],
      object_key_nfd_nfc: [],
      object_same_key_different_values: ['json-key-repeated'],
      object_same_key_same_value: ['json-key-repeated'],
      object_same_key_unclear_values: ['json-key-repeated'],
    });
  });
});

/** Files that a suite calls bad and we read, with the reason. */
const ACCEPTED = new Map([
  // A quote inside an unquoted field is a character: csv-spectrum's location_coordinates.csv demands just that.
  ['csv/bad-unescaped-quote.csv', 'literal quote'],
  // It is empty, and an empty file is no problem.
  ['csv/bad-header-no-header.csv', 'empty file'],
]);

for (const suite of ['csv-spectrum', 'sineemore-csv']) {
  describe(suite, skipUnlessShared('suites', `${suite}/manifest.jsonl`), () => {
    interface Row {
      file: string;
      expect: 'records_equal' | 'diagnostic';
      expected_json?: string;
      header?: boolean;
    }
    if (!sharedFile('suites', `${suite}/manifest.jsonl`)) return;
    for (const { file, expect, expected_json, header = true } of manifest<Row>(suite)) {
      test(`${file}: ${expect === 'diagnostic' ? 'reported' : 'every row is read exactly, or reported as empty'}`, () => {
        const bytes = bytesOf(suite, file);
        const csv: FileLayout = { format: 'csv', delimiter: ',', textField: 'bar' };
        if (expect === 'diagnostic') {
          const [columns] = sampleRows(bytes, ',', 1);
          assert.equal(
            codesOf(readChecked({ ...csv, columns: columns! }, bytes)).length > 0,
            !ACCEPTED.has(file),
          );
          return;
        }
        const rows = JSON.parse(corrected(bytesOf(suite, expected_json!).toString('utf8'))) as
          | Record<string, string>
          | (Record<string, string> | string[])[];
        const expected = (Array.isArray(rows) ? rows : [rows]).map((row) => Object.values(row));
        // csv-spectrum gives objects; files without a header get one.
        const width = expected[0]?.length ?? 1;
        const whole = header
          ? bytes
          : Buffer.concat([
              Buffer.from(`${Array.from({ length: width }, (_, i) => `c${i}`).join(',')}\n`),
              bytes,
            ]);
        const [columns, ...found] = sampleRows(
          Buffer.concat([whole, Buffer.from('\n')]),
          ',',
          Number.POSITIVE_INFINITY,
        );
        const byColumn = (row: Record<string, string> | string[]) =>
          Array.isArray(row) ? row : columns!.map((name) => row[name]!);
        const blankDropped = (Array.isArray(rows) ? rows : [rows])
          .map(byColumn)
          // A row of one empty field is a blank line: nobody can tell them apart.
          .filter((row) => !(row.length === 1 && row[0] === ''));
        assert.deepEqual(found, blankDropped);

        columns!.forEach((textField) => {
          const layout = { ...csv, columns: columns!, textField };
          const reading = readChecked(layout, whole);
          assert.equal(reading.records.length + reading.problems.length, blankDropped.length);
          assert.ok(reading.problems.every(({ code }) => code === 'text-empty'));
          const texts = blankDropped.map((row) => row[columns!.indexOf(textField)]!);
          assert.deepEqual(
            textsOf(reading),
            texts.filter((text) => text.trim() !== ''),
          );
        });
      });
    }
  });
}

describe('w3c-csvw', skipUnlessShared('suites', 'w3c-csvw/manifest.jsonl'), () => {
  test('every row is a record or a problem, in all files', async () => {
    interface Row {
      file: string;
      python_csv_rows_incl_header: number;
      ragged: boolean;
    }
    let files = 0;
    for (const { file, python_csv_rows_incl_header: rows, ragged } of manifest<Row>('w3c-csvw')) {
      const bytes = bytesOf('w3c-csvw', file);
      // Python's csv knows no tabs unless told; the suite's count for TSV is of lines.
      const detection = await detectLayout(bytes, file, {});
      assert.ok('layout' in detection, file);
      const reading = readChecked(detection.layout, bytes);
      const blank = bytes
        .toString()
        .split(/\r\n|\n|\r/)
        .filter((line) => line.trim() === '').length;
      const accounted = reading.records.length + reading.problems.length;
      assert.ok(
        accounted === rows - 1 || accounted === rows - 1 - blank,
        `${file}: ${accounted} of ${rows - 1}`,
      );
      if (ragged) assert.ok(codesOf(reading).includes('csv-ragged'), file);
      files++;
    }
    assert.ok(files >= 200, `${files} files`);
  });
});

describe('utf8', skipUnlessShared('suites', 'utf8/manifest.jsonl'), () => {
  test('valid cases come through exactly, invalid ones are reported, alone and between neighbours', () => {
    let tried = 0;
    for (const { id, hex, valid } of manifest<{ id?: string; hex?: string; valid: boolean }>('utf8')) {
      if (hex === undefined) continue;
      tried++;
      const bytes = Buffer.from(hex, 'hex');
      const line = Buffer.concat([Buffer.from('one\nx'), bytes, Buffer.from('x\nthree')]);
      const reading = readChecked(LINES, line);
      if (bytes.includes(0x0a) || bytes.includes(0x0d)) continue;
      assert.deepEqual(
        textsOf(reading),
        valid ? ['one', `x${bytes.toString('utf8')}x`, 'three'] : ['one', 'three'],
        id,
      );
      assert.deepEqual(codesOf(reading), valid ? [] : ['utf8-invalid'], id);
    }
    assert.ok(tried >= 216, `${tried} cases`);
  });

  test("Markus Kuhn's stress file: 68 bad lines reported, the others exact", () => {
    const bytes = bytesOf('utf8', 'UTF-8-test-kuhn.txt');
    const reading = readChecked(LINES, bytes);
    assert.deepEqual([...new Set(codesOf(reading))], ['utf8-invalid']);
    assert.equal(reading.problems.length, 68);
    for (const { text, offset, length } of reading.records) {
      assert.ok(Buffer.from(text).equals(bytes.subarray(offset, offset + length)));
    }
    assert.ok(textsOf(reading).some((text) => text.includes('\0')));
  });
});

describe('proto-pollution', skipUnlessShared('suites', 'proto-pollution/payloads.jsonl'), () => {
  test('hostile keys are data: nothing reaches a prototype, and the fields say what was written', () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const payloads = bytesOf('proto-pollution', 'payloads.jsonl').toString('utf8').trim().split('\n');
    for (const line of payloads) {
      const { json, valid_json } = JSON.parse(line) as { json: string; valid_json: boolean };
      if (!valid_json || json.includes('\n')) continue;
      const row = Buffer.from(`{"text":"t","__proto__":${json},"payload":${json}}`);
      assert.deepEqual(textsOf(readChecked(JSONL, row)), ['t']);
      const fields = new Map(readRecordAt(row, JSONL)!.fields);
      const expected = json.trim().startsWith('"') ? JSON.parse(json) : json.trim();
      assert.equal(fields.get('payload'), expected);
      assert.equal(fields.get('__proto__'), expected);
      readChecked(
        { ...JSONL, textField: '__proto__.x', idField: 'constructor.prototype' },
        Buffer.from(json),
      );
    }
    assert.deepEqual(Object.getOwnPropertyNames(Object.prototype), before);
    assert.equal(({} as { x?: unknown }).x, undefined);
  });
});

describe('blns', skipUnlessShared('suites', 'blns/blns.json'), () => {
  test('naughty strings come through JSON Lines and CSV exactly', () => {
    const strings = JSON.parse(bytesOf('blns', 'blns.json').toString('utf8')) as string[];
    const shown = strings.filter((text) => text.trim() !== '' && text.isWellFormed());
    const jsonl = strings.map((text) => JSON.stringify({ text })).join('\n');
    assert.deepEqual(textsOf(readChecked(JSONL, Buffer.from(jsonl))), shown);
    const csv = ['text', ...strings.map((text) => `"${text.replaceAll('"', '""')}"`)].join('\r\n');
    const layout: FileLayout = { format: 'csv', delimiter: ',', columns: ['text'], textField: 'text' };
    assert.deepEqual(textsOf(readChecked(layout, Buffer.from(csv))), shown);
  });
});

/** csv-spectrum's location_coordinates.json has another telephone number than its CSV. */
function corrected(json: string): string {
  return json.replace('"1234567890"', '"2095257564"');
}
