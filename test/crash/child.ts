/**
 * The process that is killed, starved and cut off: it labels, and tells in a file what was acknowledged.
 *
 * `node child.ts <folder> <acks file> <scenario> <count>`. Lines of the acks file: `AT <phase>`, `ACK <id>` once a
 * promise to save has been kept, `ERR <id> <code>` once one was broken, `DONE`. On its output it says `pid <number>` and
 * each phase.
 */
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../src/core/user-error.ts';
import { Journal } from '../../src/journal/journal.ts';
import { hashNumber } from './records.ts';

const [folder, acksFile, scenario, count] = process.argv.slice(2) as [string, string, string, string];
const acks = openSync(acksFile, 'a');
const tell = (line: string) => writeSync(acks, `${line}\n`);
/** The parent hears of phases at once, to kill within the one it wants. */
const enter = (phase: string) => {
  tell(`AT ${phase}`);
  writeSync(1, `${phase}\n`);
};

async function attempt(id: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
    tell(`ACK ${id}`);
  } catch (error) {
    refused(id, error as Error);
  }
}

function refused(id: string, error: Error): void {
  tell(`ERR ${id} ${error instanceof UserError ? error.code : `not-a-user-error ${error}`}`);
}

async function label(): Promise<void> {
  enter('reading');
  const opened = await Journal.open(folder, { annotator: 'ann' }).catch((error: Error) => error);
  if (opened instanceof Error) return refused('opening', opened);
  const { journal } = opened;
  enter('labeling');
  const width = scenario === 'burst' ? 8 : 1;
  for (let number = 0; number < Number(count); number += width) {
    const group = Array.from({ length: width }, (_, place) => {
      const rec = { hash: hashNumber(number + place), src: 'data/records.jsonl', line: number + 1, n: 0 };
      const event = journal.stamp({ op: 'label', rec, labels: ['L1'], why: { strategy: 'x'.repeat(190) } });
      return attempt(event.id, () => journal.append([event]));
    });
    await Promise.all(group);
  }
  enter('closing');
  await journal.close();
}

// What only one scenario needs is loaded there: most runs are of the first, and starting is most of their time.
async function project(): Promise<void> {
  const { createProject, readProject, writeProject } = await import('../../src/engine/project-file.ts');
  enter('reading');
  const made = await readProject(folder).catch(() =>
    createProject(folder, { name: '0', sources: [{ include: ['*.jsonl'] }], labels: ['spam', 'ham'] }),
  );
  enter('editing');
  for (let number = 1; number <= Number(count); number++) {
    const name = String(Number(made.name) + number);
    await attempt(name, () => writeProject(folder, { ...made, name }));
  }
}

async function exporting(): Promise<void> {
  const { exportLabels } = await import('../../src/engine/export.ts');
  const { textHash } = await import('../../src/engine/text-hash.ts');
  enter('exporting');
  for (let number = 1; number <= Number(count); number++) {
    const text = `text ${number}`;
    const ref = { hash: textHash(text), src: 'data/records.jsonl', line: 1, n: 0 };
    const record = { ...ref, row: 1, offset: 0, length: 1, auditRank: 0 };
    const decision = {
      by: 'ann',
      at: '',
      lam: 1,
      eventId: String(number),
      labels: ['L1'],
      standing: 'attached',
    } as const;
    const path = join(folder, 'labels.jsonl');
    const records = Array.from({ length: 2000 }, () => ({ ref, record, decision }));
    const read = async () => ({ text, fields: [] });
    await attempt(String(number), () =>
      exportLabels({ path, records, read, labels: [], multiLabel: false, fields: false, overwrite: false }),
    );
  }
}

writeSync(1, `pid ${process.pid}\n`);
await { label, burst: label, project, export: exporting }[scenario]!();
tell('DONE');
