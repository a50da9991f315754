/**
 * How long an answer takes, and how long the editor's thread is held, while records are indexed and the model trains.
 *
 *     node test/bench/engine-load.ts [seconds] [records] [labels]
 *
 * Opens a folder that has labels already, follows it as the editor does, and answers the first card fifty times a
 * second through the queue. Prints a JSON row a phase: while the records are read, and after. `saved` is the time
 * until an answer is durable, `ack` until the page has it back with the next cards, `delay` how late timers were, `held` how long the thread computed without a break;
 * all in milliseconds.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { uuidV7 } from '../../src/core/records/uuid.ts';
import { Engine } from '../../src/engine/engine.ts';
import { createProject } from '../../src/engine/project-file.ts';
import { QueueSession } from '../../src/engine/queue-session.ts';
import { textHash } from '../../src/engine/text-hash.ts';
import { lineOf } from '../../src/journal/line.ts';
import type { QueueSnapshot } from '../../src/protocol/queue.ts';
import { sharedFile } from '../support/shared.ts';

const PER_SECOND = 50;
const [seconds = 30, records = 100_000, labels = 20_000] = process.argv.slice(2).map(Number);

const source = sharedFile('data', 'agnews10k/train.jsonl');
if (!source) throw new Error('This needs the data set agnews10k.');
const base = mkdtempSync(join(tmpdir(), 'inkling-bench-'));
process.env.INKLING_HOME = join(base, 'home');
const folder = join(base, 'folder');
mkdirSync(join(folder, 'data'), { recursive: true });

const rows = readFileSync(source, 'utf8').trimEnd().split('\n');
const classOf = new Map<string, string>();
const names = [...new Set(rows.map((row) => (JSON.parse(row) as { label: string }).label))].sort();
const project = await createProject(folder, {
  sources: [{ include: ['data/*.jsonl'], text: 'text', id: 'id', label: 'label' }],
  labels: names,
});
const idOf = new Map(project.labels.map(({ id, name }) => [name, id]));
writeRecords();

const reported: unknown[] = [];
const began = performance.now();
const engine = await Engine.open(folder, {
  annotator: 'Ada',
  cacheFolder: join(base, 'cache'),
  report: (error) => reported.push(error),
});
try {
  const openMs = Math.round(performance.now() - began);
  const session = new QueueSession(engine, { showGuess: () => true, sittingGoal: () => 0 });
  let saves: number[] = [];
  const save = engine.save.bind(engine);
  engine.save = async (act) => {
    const sent = performance.now();
    const id = await save(act);
    saves.push(performance.now() - sent);
    return id;
  };
  let snapshot: QueueSnapshot = await session.open();
  session.onChange((fresh) => {
    if (fresh.revision > snapshot.revision) snapshot = fresh;
  });
  let reading = true;
  const read = engine.goLive().then(() => {
    reading = false;
  });
  await measure('indexing and training', () => reading, { openMs });
  await read;
  await measure('training', () => true, {});
  if (reported.length > 0) throw reported[0];

  /** Answers until the time is over, or `goesOn` says so. */
  async function measure(phase: string, goesOn: () => boolean, facts: object): Promise<void> {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const held = holdMonitor();
    const times: number[] = [];
    saves = [];
    const asked = new Set<string>();
    const underWay = new Set<Promise<void>>();
    const start = performance.now();
    let due = 0;
    let waited = 0;
    for (; performance.now() - start < seconds * 1000 && goesOn(); due++) {
      const wait = start + (due * 1000) / PER_SECOND - performance.now();
      await new Promise((done) => setTimeout(done, Math.max(0, wait)));
      const card = snapshot.upcoming.find(({ key }) => !asked.has(key));
      if (!card) {
        waited++;
        continue;
      }
      asked.add(card.key);
      const sent = performance.now();
      const saving = session
        .label({
          event: uuidV7(Date.now(), randomBytes(10)),
          key: card.key,
          labels: [classOf.get(card.text)!],
          shown: card.guess !== undefined,
          ms: 20,
        })
        .then((fresh) => {
          times.push(performance.now() - sent);
          if (fresh.revision > snapshot.revision) snapshot = fresh;
          underWay.delete(saving);
        });
      underWay.add(saving);
    }
    await Promise.all(underWay);
    delay.disable();
    const holds = held.stop();
    times.sort((a, b) => a - b);
    saves.sort((a, b) => a - b);
    const ms = (value: number) => Math.round(value * 100) / 100;
    const at = (share: number, of = times) => ms(of[Math.floor(of.length * share)] ?? Number.NaN);
    const row = {
      bench: 'engine-load',
      phase,
      seconds: ms((performance.now() - start) / 1000),
      records: engine.summary().counts.records,
      labelled: engine.summary().counts.labelled,
      answers: times.length,
      noCardYet: waited,
      savedP50: at(0.5, saves),
      savedP99: at(0.99, saves),
      ackP50: at(0.5),
      ackP99: at(0.99),
      ackWorst: at(1 - 1e-9),
      delayP50: ms(delay.percentile(50) / 1e6),
      delayP99: ms(delay.percentile(99) / 1e6),
      delayWorst: ms(delay.max / 1e6),
      heldP99: at(0.99, holds),
      heldWorst: at(1 - 1e-9, holds),
      model: engine.training.phase,
      load: ms(loadavg()[0]!),
      ...facts,
    };
    console.log(JSON.stringify(row));
  }
} finally {
  await engine.close();
  rmSync(base, { recursive: true, force: true });
}

/**
 * How long this thread computed between two turns of its timers. Other than the delay, it does not grow when other
 * programs take the processor, so that it can be compared between machines and moments.
 */
function holdMonitor(): { stop(): number[] } {
  const holds: number[] = [];
  const used = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let before = used();
  const timer = setInterval(() => {
    const now = used();
    holds.push(now - before);
    before = now;
  }, 1);
  return {
    stop: () => {
      clearInterval(timer);
      return holds.sort((a, b) => a - b);
    },
  };
}

/** The data set again and again, each copy with a number of its own, and labels for some of them. */
function writeRecords(): void {
  let journal = '';
  const files = Math.ceil(records / rows.length);
  for (let copy = 0; copy < files; copy++) {
    const lines = rows.slice(0, records - copy * rows.length).map((row, position) => {
      const { id, text, label } = JSON.parse(row) as { id: string; text: string; label: string };
      const own = { id: `${copy}-${id}`, text: `${text} (${copy}-${position})`, label };
      classOf.set(own.text, idOf.get(label)!);
      const number = copy * rows.length + position;
      if (number % Math.ceil(records / labels) === 0) {
        journal += lineOf({
          v: 1,
          id: uuidV7(1_700_000_000_000 + number, randomBytes(10)),
          lam: number + 1,
          at: '2026-01-01T00:00:00Z',
          by: 'Ada',
          op: 'label',
          rec: { hash: textHash(own.text), id: own.id, src: `data/${copy}.jsonl`, line: position + 1, n: 0 },
          labels: [idOf.get(label)!],
        });
      }
      return JSON.stringify(own);
    });
    writeFileSync(join(folder, 'data', `${copy}.jsonl`), `${lines.join('\n')}\n`);
  }
  mkdirSync(join(folder, '.inkling', 'labels'), { recursive: true });
  writeFileSync(join(folder, '.inkling', 'labels', 'Ada.earlier0-0.jsonl'), journal);
}
