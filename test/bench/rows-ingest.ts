/** Reading: the whole pipeline from bytes to SQLite, beside scikit-learn's vectorizer alone. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { interleaved, type Times, timed } from './measure.ts';
import { BenchPool } from './pool.ts';

export async function ingestFigures(bench: Bench): Promise<void> {
  for (const { name, records } of bench.pools('ingest')) {
    const pool = new BenchPool(records);
    const sklearn = bench.sklearn();
    try {
      await sklearn?.ask({ do: 'read', path: pool.file });
      const ours = async () => {
        rmSync(pool.cache, { recursive: true, force: true });
        return timed(() => pool.index());
      };
      const theirs = () => sklearn!.ask<Times>({ do: 'vectorize' });
      const times = sklearn ? await interleaved(bench.rounds, ours, theirs) : undefined;
      bench.ratio(`index/${name}/cpu`, times && times.theirs.cpu / times.ours.cpu, {
        goal: 10,
        note: `${times ? `${Math.round(times.ours.cpu)} ms CPU` : ''} against TfidfVectorizer alone`,
      });
      bench.ratio(`index/${name}/wall`, times && times.theirs.wall / times.ours.wall, {
        goal: 20,
        note: `${times ? `${Math.round(times.ours.wall)} ms` : ''} on two cores against TfidfVectorizer alone`,
      });
    } finally {
      sklearn?.close();
      pool.remove();
    }
  }
}

/** What a process that indexes a pool of its own uses: CPU, peak memory. The index stays for what follows. */
export async function millionIngestFigures(bench: Bench, pool: BenchPool): Promise<void> {
  const child = fork(join(import.meta.dirname, 'index-alone.ts'), [pool.folder, pool.indexPath], {
    stdio: 'inherit',
  });
  const [message] = (await once(child, 'message')) as [{ cpu: number; wall: number; peak: number }];
  await once(child, 'exit');
  const records = `${pool.classes.length.toLocaleString('en')} records, one run`;
  bench.add({
    name: 'index/1m/cpu',
    value: message.cpu / 1000,
    unit: 's',
    goal: 8,
    note: `${records}; ${(message.wall / 1000).toFixed(1)} s wall`,
  });
  bench.add({ name: 'index/1m/peak-memory', value: message.peak, unit: 'MB', goal: 450, note: records });
}
