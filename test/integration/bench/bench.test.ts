import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const BENCH = join(import.meta.dirname, '../../bench/bench.ts');

test('every part of the benchmark still runs and gives a finite figure', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [BENCH, '--smoke', '--json']);
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; value: number | null; note?: string });
  assert.ok(rows.length > 5, stdout);
  for (const { name, value, note } of rows) {
    // Ratios need scikit-learn, which not every machine has; what ours takes was measured all the same.
    if (value === null && note?.startsWith('scikit-learn is not here')) continue;
    assert.ok(Number.isFinite(value), `${name} is ${value}`);
  }
});
