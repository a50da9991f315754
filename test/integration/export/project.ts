/** A project without an index: a JSONL source, a journal on disk, and what export and import need of both. */
import '../../support/home.ts';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fold } from '../../../src/core/records/fold.ts';
import { resolveAll } from '../../../src/core/records/identity.ts';
import { currentLabelId, type Label } from '../../../src/core/records/label-set.ts';
import type { IndexedRecord } from '../../../src/core/records/record.ts';
import { type ExportReport, exportLabels, type LabelledRecord } from '../../../src/engine/export.ts';
import type { ImportTarget } from '../../../src/engine/import.ts';
import { textHash } from '../../../src/engine/text-hash.ts';
import { type Act, Journal } from '../../../src/journal/journal.ts';

export interface Row {
  readonly id?: string;
  readonly text: string;
}

export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'inkling-export-'));
}

export class Project {
  readonly folder: string;
  labels: Label[];
  rows: readonly Row[];
  /** Whether a record can have several labels. */
  multiLabel = false;
  readonly journal: Journal;
  readonly #fold = new Fold();

  private constructor(folder: string, labels: Label[], rows: readonly Row[], journal: Journal) {
    this.folder = folder;
    this.labels = labels;
    this.rows = rows;
    this.journal = journal;
  }

  static async open(rows: readonly Row[], labels: Label[], folder?: string): Promise<Project> {
    const place = folder ?? (await temporaryFolder());
    const { journal, events } = await Journal.open(place, { annotator: 'ann' });
    const project = new Project(place, labels, rows, journal);
    project.#fold.add(events);
    return project;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.journal.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  async save(acts: readonly Act[]): Promise<void> {
    const events = acts.map((act) => this.journal.stamp(act));
    await this.journal.append(events);
    this.#fold.add(events);
  }

  label(index: number, label: string, more: Partial<Act> = {}): Promise<void> {
    const { hash, src, line, n, id } = this.#records()[index]!;
    const rec = { hash, src, line, n, ...(id !== undefined && { id }) };
    return this.save([{ op: 'label', rec, labels: [label], ...more }]);
  }

  /** `text: labels (standing)` of every labelled record, then `orphan: labels`. */
  summary(): string[] {
    const { states, orphans } = this.#resolve();
    const lines = [...states].flatMap(([row, { labels, standing }]) =>
      labels ? `${this.rows[row - 1]!.text}: ${labels} (${standing})` : [],
    );
    return [...lines.sort(), ...orphans.map(({ decision }) => `orphan: ${decision.labels}`)];
  }

  async export(
    path: string,
    more: { orphans?: boolean; fields?: boolean; overwrite?: boolean } = {},
  ): Promise<ExportReport> {
    const records = this.#records();
    const { states, orphans } = this.#resolve();
    const labelled = [...states].flatMap(([row, { decision }]): LabelledRecord[] =>
      decision
        ? [{ decision, ref: this.#fold.event(decision.eventId)!.rec!, record: records[row - 1]! }]
        : [],
    );
    return exportLabels({
      path,
      records: more.orphans ? [...labelled, ...orphans] : labelled,
      read: async (record) => ({ ...this.rows[record.row - 1]!, fields: [['position', String(record.row)]] }),
      labels: this.labels,
      multiLabel: this.multiLabel,
      fields: more.fields ?? false,
      overwrite: more.overwrite ?? false,
    });
  }

  target(): ImportTarget {
    const records = this.#records();
    const { states } = this.#resolve();
    return {
      annotator: 'ann',
      labels: this.labels,
      multiLabel: this.multiLabel,
      lookup: this.#lookup(),
      byId: (id) => records.filter((record) => record.id === id),
      knows: (event) => this.#fold.event(event) !== undefined,
      answerOf: (row, by) => states.get(row)?.answers.find((answer) => answer.by === by)?.labels,
      save: (acts) => this.save(acts),
      addLabels: async (names) => {
        this.labels = [...this.labels, ...names.map((name) => ({ id: `L${name}`, name }))];
        return this.labels;
      },
    };
  }

  async journalLines(): Promise<number> {
    const events = await Journal.open(this.folder);
    await events.journal.close();
    return events.events.length;
  }

  #resolve() {
    const resolution = resolveAll(this.#fold, this.#lookup(), {
      labelNow: (id) => currentLabelId(this.labels, id),
      multiLabel: this.multiLabel,
    });
    const orphans = resolution
      .orphans()
      .flatMap(({ ref, state }) => (state.decision ? [{ ref, decision: state.decision }] : []));
    return { states: resolution.states, orphans };
  }

  #lookup() {
    const records = this.#records();
    const byHash = Map.groupBy(records, ({ hash }) => hash);
    return {
      byHash: (hash: string) => byHash.get(hash) ?? [],
      bySourceId: (src: string, id: string) =>
        records.filter((record) => record.src === src && record.id === id),
    };
  }

  #records(): IndexedRecord[] {
    const seen = new Map<string, number>();
    return this.rows.map(({ id, text }, position) => {
      const hash = textHash(text);
      const n = seen.get(hash) ?? 0;
      seen.set(hash, n + 1);
      const place = {
        src: 'data.jsonl',
        line: position + 1,
        n,
        row: position + 1,
        offset: 0,
        length: 1,
        auditRank: 0,
      };
      return { hash, ...place, ...(id !== undefined && { id }) };
    });
  }
}

export async function linesOf(path: string): Promise<Record<string, unknown>[]> {
  return (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
