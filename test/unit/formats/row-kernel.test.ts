/** The kernel that reads rows, held to the plain readers: whatever it does not leave to them it must read alike. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { FileLayout } from '../../../src/core/formats/format.ts';
import { openReader } from '../../../src/core/formats/registry.ts';
import { RowKernel } from '../../../src/core/formats/row-kernel.ts';
import { KernelMemory } from '../../../src/core/kernels/kernel.ts';
import { read } from '../../support/reading.ts';

const JSONL: FileLayout = { format: 'jsonl', textField: 'text', idField: 'id' };
const LINES: FileLayout = { format: 'text', recordPer: 'line' };

/** A string as JSON, escaped more than need be. */
const quoted = fc
  .tuple(fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constant(' \u3000\ufeff\t')), fc.nat(3))
  .map(([text, how]) => {
    const json = JSON.stringify(text);
    if (how === 0) return json;
    const isWhole = how === 1;
    return json.replace(/[^\\u0-9a-f"]/g, (unit) =>
      isWhole || unit > '~' ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}` : unit,
    );
  });
const value = fc.oneof(
  quoted,
  fc.constantFrom(
    'null',
    'true',
    'false',
    '0',
    '-0',
    '1e5',
    '1.50',
    '-',
    '01',
    '1.',
    '.5',
    '1e',
    '[]',
    '{}',
    '[1]',
  ),
  fc.constantFrom(
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\x"',
    '"\\u12g4"',
    '"a\\"b\\\\"',
    '"\\/\\b\\f\\n\\r\\t"',
    '"',
  ),
  fc.double().map(String),
);
const key = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('"text"', '"id"', '"other"') },
  fc.constantFrom('"te\\u0078t"', '"__proto__"', '"a.b"', '""'),
);
const space = fc.constantFrom('', '', ' ', '\t ', '\u00a0');
const row = fc
  .array(fc.tuple(space, key, space, value, space), { maxLength: 6 })
  .map((members) => `{${members.map(([a, k, b, v, c]) => `${a}${k}${b}:${v}${c}`).join(',')}}`);
const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 });

function damaged(file: string, flips: readonly (readonly [number, number])[]): Uint8Array {
  const bytes = Buffer.from(file);
  for (const [at, byte] of flips) if (bytes.length > 0) bytes[at % bytes.length] = byte;
  return bytes;
}

for (const [layout, line] of [
  [JSONL, row],
  [LINES, fc.oneof(fc.string({ unit: 'binary' }), space)],
] as const) {
  test(`${layout.format}: the kernel and the plain reader agree on any lines, whole or damaged`, () => {
    const lines = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 4 });
    fc.assert(
      fc.property(lines, damage, (parts, flips) => {
        const bytes = damaged(parts.flat().join(''), flips);
        assert.deepEqual(read(layout, bytes, [], true), read(layout, bytes));
      }),
      { numRuns: 5000, seed: 1 },
    );
  });
}

test('the kernel leaves no common row of JSON Lines to the plain reader', () => {
  const rows = new RowKernel(new KernelMemory());
  const lines = [
    ['{"text":"one"}', 'one', undefined],
    ['{ "id" : 7, "text" : "two\\nlines", "label" : null }', 'two\nlines', '7'],
    ['{"id":"é","text":"漢字","n":-1.5e-3,"ok":true}', '漢字', 'é'],
    ['{"id":null,"text":"\\u00e9\\ud83d\\ude00 \\"quoted\\""}', 'é😀 "quoted"', undefined],
  ] as const;
  const found: (string | undefined)[][] = [];
  const string = (address: number, length: number) =>
    Buffer.from(rows.memory.bytes(address, length)).toString();
  const reader = openReader(JSONL, {
    record: ({ text }) => assert.fail(`"${text}" was left to the plain reader`),
    problem: ({ code }) => assert.fail(code),
    placed: {
      rows,
      records: ({ count, texts, textLengths, ids, idLengths }) => {
        for (let i = 0; i < count; i++) {
          const id = ids[i] === 0 ? undefined : string(ids[i]!, idLengths[i]!);
          found.push([string(texts[i]!, textLengths[i]!), id]);
        }
      },
    },
  });
  reader.push(Buffer.from(lines.map(([json]) => `${json}\r\n`).join('')));
  reader.end();
  assert.deepEqual(
    found,
    lines.map(([, ...record]) => record),
  );
});
