/** What the command line never does: start a program, open a connection, or put a record's text where it was not asked. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { hasStrace } from '../../crash/run.ts';
import { type TestFolder, testFolder } from '../../support/project.ts';
import { callsOut, traceCallsOut } from '../../support/strace.ts';

const CLI = resolve(import.meta.dirname, '../../../src/cli/main.ts');

/** A part of every record's text that nothing else holds. */
const CANARY = 'kanarienvogel';

async function project(t: TestContext): Promise<TestFolder> {
  const folder = testFolder(t);
  const rows = Array.from({ length: 200 }, (_, i) => JSON.stringify({ id: `r${i}`, text: textOf(i) }));
  // Rows with problems, the text in each of them.
  rows.push(
    `{"text": "${CANARY} torn`,
    `{"text": ["${CANARY}"]}`,
    `["${CANARY}"]`,
    `{"${CANARY}": 1}`,
    CANARY,
  );
  folder.write('data/a.jsonl', `${rows.join('\n')}\n`);
  folder.write('data/b.csv', `text,note\n"${CANARY} quoted,1\n${CANARY},2,3,4\n`);
  const init = ['init', folder.path, '--source', 'data/*', '--text', 'text', '--labels', 'a,b'];
  assert.equal((await folder.inkling(init)).code, 0);
  return folder;
}

function textOf(i: number): string {
  return `${CANARY} ${i % 2 === 0 ? 'left' : 'right'} number ${i}`;
}

async function answers(folder: TestFolder): Promise<string> {
  const { lines } = await folder.inkling(['next', folder.path, '-n', '40', '--json']);
  return lines
    .map((line, i) => JSON.stringify({ key: (JSON.parse(line) as { key: string }).key, label: 'ab'[i % 2] }))
    .join('\n');
}

test('no command starts another program or opens a connection', {
  skip: hasStrace ? false : 'skipped: strace is not installed or may not trace',
}, async (t) => {
  const folder = await project(t);
  const input = await answers(folder);
  const out = join(folder.path, 'labels.jsonl');
  for (const args of [
    ['index'],
    ['label', '--stdin'],
    ['next'],
    ['curve'],
    ['export', '-o', out],
    ['verify'],
  ]) {
    const [name, ...options] = args;
    const log = join(folder.path, '..', 'strace');
    const { status, stderr } = spawnSync(
      'strace',
      [...traceCallsOut(log), ...[process.execPath, CLI, name!, folder.path, ...options]],
      { env: { ...process.env, ...folder.env }, input, encoding: 'utf8' },
    );
    assert.equal(status, 0, stderr);
    assert.deepEqual(callsOut(log), { started: [], connected: [] }, name);
  }
});

test("no record's text is in a log, an error or a report that was not asked for texts", async (t) => {
  const folder = await project(t);
  const input = await answers(folder);
  const said: string[] = [];
  const run = async (args: readonly string[], given = '') => {
    const { out, err } = await folder.inkling([args[0]!, folder.path, ...args.slice(1)], given);
    // "next" is there to show texts.
    said.push(err, args[0] === 'next' ? '' : out);
    return out;
  };
  await run(['index']);
  await run(['index', '--json']);
  await run(['label', '--stdin'], input);
  await run(['label', '--stdin'], `{"key": "${'0'.repeat(32)}.0@data/a.jsonl", "label": "a"}\n{"key"`);
  await run(['next']);
  await run(['stats', '--json']);
  await run(['curve', '--json']);
  const copy = folder.write(
    'import.jsonl',
    `${JSON.stringify({ text: `${CANARY} elsewhere`, label: 'a' })}\n{"x`,
  );
  await run(['import', copy]);
  await run(['import', copy, '--dry-run', '--json']);
  await run(['export', '-o', join(folder.path, 'labels.jsonl')]);
  // A file that changes under the index, and an index that is damaged.
  folder.write('data/a.jsonl', `${JSON.stringify({ id: 'r1', text: `${CANARY} other` })}\n`);
  await run(['verify', '--json']);
  await run(['export', '-o', join(folder.path, 'labels.jsonl')]);
  const cache = folder.env.INKLING_CACHE!;
  for (const name of readdirSync(cache, { recursive: true, encoding: 'utf8' })) {
    const file = join(cache, name);
    if (name.endsWith('.db') && statSync(file).isFile()) truncateSync(file, 5000);
  }
  await run(['next']);
  await run(['stats']);
  assert.deepEqual(
    said.filter((text) => text.includes(CANARY)).map((text) => text.slice(0, 500)),
    [],
  );
});
