/** Many at once: processes that label in one folder, and branches that were labelled apart and are merged by git. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../src/core/random.ts';
import { uuidV7 } from '../../src/core/records/uuid.ts';
import { isProblem, LineReader, lineOf } from '../../src/journal/line.ts';
import { violationsAfterGoingOn } from './check.ts';
import { countPhase, newOutcome, type Outcome } from './kills.ts';
import { hashNumber } from './records.ts';
import { Place, run } from './run.ts';

/** Processes that label in the same folder at the same time. Each must get a file of its own. */
export async function crowd(processes: number, labels: number): Promise<Outcome> {
  const outcome = newOutcome();
  using place = new Place();
  const told = await Promise.all(
    Array.from({ length: processes }, async (_, number) => {
      const own = Object.create(place, { acks: { value: join(place.base, `acks-${number}`) } }) as Place;
      return run(own, { scenario: 'label', count: labels });
    }),
  );
  const acked = told.flatMap(({ acks }) => acks);
  outcome.runs = processes;
  outcome.acks = acked.length;
  const files = readdirSync(place.labels).filter((name) => name.endsWith('.jsonl')).length;
  countPhase(outcome, `files ${files}`);
  if (acked.length !== processes * labels) outcome.violations.push(`only ${acked.length} were acknowledged`);
  outcome.violations.push(...(await violationsAfterGoingOn(place, acked)));
  return outcome;
}

/** Processes that export to one name at the same time: whoever looks there finds one whole export. */
export async function exporters(processes: number, exports: number): Promise<Outcome> {
  const outcome = newOutcome();
  using place = new Place();
  const path = join(place.folder, 'labels.jsonl');
  let running = processes;
  const all = Array.from({ length: processes }, async (_, number) => {
    const own = Object.create(place, { acks: { value: join(place.base, `acks-${number}`) } }) as Place;
    const told = await run(own, { scenario: 'export', count: exports });
    running--;
    return told;
  });
  for (let end = false; !end; await sleep(1)) {
    end = running === 0;
    if (!existsSync(path)) continue;
    outcome.runs++;
    const lines = readFileSync(path, 'utf8').split('\n');
    const events = new Set(lines.slice(0, -1).map((line) => JSON.parse(line).meta.event));
    if (lines.length !== 2001 || events.size !== 1)
      outcome.violations.push(`${lines.length - 1} lines of ${events.size} exports`);
  }
  for (const { acks, errors } of await Promise.all(all)) {
    outcome.acks += acks.length;
    outcome.violations.push(...errors.map(({ code }) => code));
  }
  const left = readdirSync(place.folder).filter((name) => name.endsWith('.tmp'));
  outcome.violations.push(...left.map((name) => `${name} was left behind`));
  return outcome;
}

/**
 * Merges of one journal file that grew on two branches, by git's own union merge, with torn ends and missing line ends
 * here and there. No event of either side may be gone.
 */
export async function merges(count: number): Promise<Outcome> {
  const outcome = newOutcome();
  const random = new Random(count);
  using place = new Place();
  const path = (name: string) => join(place.base, name);
  let made = 0;
  const lines = (most: number) =>
    Array.from({ length: random.below(most) }, () => {
      made++;
      const bytes = Uint8Array.from({ length: 10 }, () => random.below(256));
      const rec = { hash: hashNumber(random.below(20)), src: 'a.jsonl', line: 1, n: 0 };
      const id = uuidV7(1_700_000_000_000 + made, bytes);
      return lineOf({
        v: 1,
        id,
        lam: made,
        at: '2026-01-01T00:00:00Z',
        by: 'ann',
        op: 'label',
        rec,
        labels: ['L1'],
      });
    }).join('');

  for (; outcome.runs < count; outcome.runs++) {
    const base = lines(8);
    for (const name of ['base', 'ours', 'theirs']) writeFileSync(path(name), base);
    const torn = random.below(4);
    for (const [side, name] of ['ours', 'theirs'].entries()) {
      appendFileSync(path(name), lines(8));
      // The process was killed within a line on this branch, and the next one began a line of its own.
      if (torn === side) appendFileSync(path(name), `{"v":1,"id":"${side}\n${lines(3)}`);
    }
    const expected = new Set(['ours', 'theirs'].flatMap((name) => idsIn(path(name))));
    execFileSync('git', ['merge-file', '--union', path('ours'), path('base'), path('theirs')]);
    const found = new Set(idsIn(path('ours')));
    outcome.acks += expected.size;
    countPhase(outcome, torn < 2 ? 'with a torn line' : 'whole');
    for (const id of expected)
      if (!found.has(id)) outcome.violations.push(`merge ${outcome.runs} lost ${id}`);
  }
  return outcome;
}

function idsIn(path: string): string[] {
  const reader = new LineReader();
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((line) => {
    if (line.trim() === '') return [];
    const read = reader.read(line);
    return isProblem(read) ? [] : [read.id];
  });
}
