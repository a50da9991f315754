/**
 * Preloaded into a window (`--import`): lets its workers die or hang as often as INKLING_HURT says
 * (`<what> <times>`: "throw 2"), and shortens the pauses, so that a test need not wait. The shipped code knows nothing
 * of this.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const { INKLING_HURT = '', INKLING_HURT_COUNT = '' } = process.env;
const [place = '', what = '', times = '0'] = INKLING_HURT.split(' ');
const hurts: Record<string, string> = {
  throw: "setTimeout(() => { throw new Error('hurt'); }); await new Promise(() => {});",
  hang: 'for (;;);',
  'fill-memory': 'const all = []; for (;;) all.push(new Array(1e6).fill(Math.random()));',
};
(globalThis as { isHurt?: () => boolean }).isHurt = () => {
  const before = existsSync(INKLING_HURT_COUNT) ? readFileSync(INKLING_HURT_COUNT, 'utf8').length : 0;
  if (before >= Number(times)) return false;
  appendFileSync(INKLING_HURT_COUNT, 'x');
  return true;
};

const changes: [file: string, right: string, wrong: string][] = [
  ['/engine/restarts.ts', '[1000, 4000, 16_000]', '[50, 100, 150]'],
  // A thread that needs seconds to start on a busy machine is not taken for hung: where the process has no processor to
  // itself, patience lasts ten times as long.
  ['/engine/learning.ts', 'const PATIENCE = 60_000', 'const PATIENCE = 3000'],
  ['/engine/worker.ts', 'const ASK_EVERY = 2000', 'const ASK_EVERY = 250'],
  ['/engine/worker.ts', 'const HEAP_LIMIT = 2048', 'const HEAP_LIMIT = 64'],
];
const places: Record<string, [file: string, code: string]> = {
  learner: ['/engine/learner/learner.ts', 'async teach(lesson: Lesson): Promise<Teaching> {'],
  indexer: ['/engine/indexer/run.ts', 'async execute(): Promise<IndexReport> {'],
};
const [file, code] = places[place]!;
changes.push([file, code, `${code} if (isHurt()) { ${hurts[what]} }`]);

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    let source = String(loaded.source);
    for (const [file, right, wrong] of changes) {
      if (!url.endsWith(file)) continue;
      if (!source.includes(right)) throw new Error(`This no longer fits ${file}: ${right}`);
      source = source.replace(right, () => wrong);
    }
    return { ...loaded, source };
  },
});
