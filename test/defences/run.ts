/**
 * Takes each defence of the fault table away, in a copy of the tree, and looks whether its test notices:
 * `node test/defences/run.ts [row ...]`, all of them in half an hour; `node test/defences/run.ts fits` says in a minute
 * which defences are no longer where they were.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { sharedFile } from '../support/shared.ts';
import { type Change, type Fault, faults } from './faults.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const wanted = new Set(process.argv.slice(2));
/** Only says what no longer fits the sources. */
const fitsOnly = wanted.delete('fits');

const copy = mkdtempSync(join(tmpdir(), 'inkling-defences-'));
// Some tests read the tree as another account.
chmodSync(copy, 0o755);
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
cpSync(ROOT, copy, {
  recursive: true,
  filter: (path) =>
    !/^(node_modules|\.git|dist|out|\.code-server|\.cache)$/.test(path.slice(ROOT.length + 1)),
});
symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
const env = {
  ...process.env,
  // Without its defence a process may take all there is.
  NODE_OPTIONS: '--max-old-space-size=2000',
  INKLING_DATA: sharedFile('data', '.') ?? '',
  INKLING_SUITES: sharedFile('suites', '.') ?? '',
  // Much of what is waited for never comes.
  INKLING_LONGEST_WAIT: '30000',
};

let unnoticed = 0;
for (const fault of faults) {
  if (!('without' in fault) || (wanted.size > 0 && !wanted.has(fault.row))) continue;
  const began = performance.now();
  const result = tryWithout(fault);
  if (result.startsWith('NOT')) unnoticed++;
  else if (fitsOnly) continue;
  console.log(`${fault.row} ${result} (${Math.round((performance.now() - began) / 1000)} s)`);
}
process.exitCode = unnoticed === 0 ? 0 : 1;

function tryWithout({ test: [file, title], changes }: Extract<Fault, { without: string }>): string {
  const before = new Map(changes.map(([path]) => [path, readFileSync(join(copy, path), 'utf8')]));
  try {
    const wrong = changes.find((change) => !apply(change));
    if (wrong) return `NOT TRIED: this is not in ${wrong[0]}: ${wrong[1]}`;
    for (const path of before.keys()) {
      if (!path.endsWith('.ts')) continue;
      const { status, stderr } = spawnSync(process.execPath, ['--check', join(copy, path)], {
        encoding: 'utf8',
      });
      if (status !== 0) return `NOT TRIED: ${stderr}`;
    }
    if (fitsOnly) return 'fits';
    const pattern = `^${title.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}$`;
    const args = ['--test', '--test-reporter=tap', '--test-timeout=240000', '--test-name-pattern', pattern];
    const { stdout } = spawnSync(process.execPath, [...args, join('test', file)], {
      cwd: copy,
      env,
      encoding: 'utf8',
    });
    // TAP has # and \ escaped.
    const said = stdout.replaceAll('\\#', '#').replaceAll('\\\\', '\\');
    if (said.split('\n').some((line) => /^\s*not ok \d+ - /.test(line) && line.includes(` - ${title}`)))
      return `seen to fail: ${(/^\s*error: [|>]?-?\s*(.*(?:\n.*)?)/m.exec(said)?.[1] ?? '').replace(/\s+/g, ' ').slice(0, 120)}`;
    return said.includes(` - ${title}`)
      ? 'NOT NOTICED'
      : `NOT TRIED: there is no such test\n${said.slice(0, 2000)}`;
  } finally {
    for (const [path, content] of before) writeFileSync(join(copy, path), content);
  }
}

function apply([path, right, wrong]: Change): boolean {
  const source = readFileSync(join(copy, path), 'utf8');
  if (!source.includes(right)) return false;
  writeFileSync(
    join(copy, path),
    source.replace(right, () => wrong),
  );
  return true;
}
