/**
 * Measures the indexer on real data sets: prints a JSON row a data set and run.
 *
 *     node test/bench/index-speed.ts [data set …]
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Indexer } from '../../src/engine/indexer/indexer.ts';
import { sharedFile } from '../support/shared.ts';

const dataSets = process.argv.length > 2 ? process.argv.slice(2) : ['20ng', 'agnews10k'];

for (const name of dataSets) {
  const source = sharedFile('data', `${name}/train.jsonl`);
  if (!source) continue;
  const home = mkdtempSync(join(tmpdir(), 'inkling-bench-'));
  const folder = join(home, 'workspace');
  mkdirSync(folder);
  copyFileSync(source, join(folder, 'train.jsonl'));
  // A file this young would be read twice to be sure of it.
  await sleep(100);
  const started = performance.now();
  let firstCommit = 0;
  const indexer = new Indexer(folder, join(home, 'cache', 'index.db'), {
    progress: () => {},
    committed: () => {
      firstCommit ||= performance.now() - started;
    },
    sourcesChanged: () => {},
  });
  try {
    for (const run of ['cold', 'unchanged']) {
      const before = process.cpuUsage();
      const report = await indexer.index({ sources: [{ include: ['**/*'] }], salt: '0'.repeat(32) });
      const { user, system } = process.cpuUsage(before);
      const seconds = report.ms / 1000;
      print({
        bench: 'index',
        data: name,
        run,
        records: report.records,
        problems: report.problems,
        megabytes: round(report.bytesRead / 1e6),
        seconds,
        cpuSeconds: round((user + system) / 1e6),
        ...(run === 'cold'
          ? {
              recordsPerSecond: Math.round(report.records / seconds),
              megabytesPerSecond: round(report.bytesRead / 1e6 / seconds),
              firstCommitMs: Math.round(firstCommit),
            }
          : {}),
      });
    }
  } finally {
    await indexer.close();
  }
  print({
    bench: 'index-size',
    data: name,
    megabytes: round(statSync(join(home, 'cache', 'index.db')).size / 1e6),
  });
  rmSync(home, { recursive: true });
}

function print(row: object): void {
  console.log(JSON.stringify(row));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
