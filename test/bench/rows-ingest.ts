/** Reading: the whole pipeline from bytes to SQLite, beside scikit-learn's vectorizer alone. */
import { rmSync } from 'node:fs';
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
