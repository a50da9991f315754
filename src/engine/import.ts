/** Takes labels from a file into the journal: first what would happen, then, with the same rules, doing it. */
import type { RecordLookup } from '../core/records/identity.ts';
import { labelsIn } from '../core/records/label-list.ts';
import { findLabel, type Label } from '../core/records/label-set.ts';
import type { IndexedRecord, RecordRef, Row } from '../core/records/record.ts';
import { count, say, sayAgain, sayOf } from '../core/say.ts';
import type { Act } from '../journal/journal.ts';
import { type LabelFields, type LabelRow, readLabelFile, type UnreadRow } from './label-file.ts';
import { textHash } from './text-hash.ts';

/** What importing needs of an open project. */
export interface ImportTarget {
  readonly annotator: string;
  readonly labels: readonly Label[];
  /** Whether a record can have several labels, or none of them. */
  readonly multiLabel: boolean;
  readonly lookup: RecordLookup;
  /** The records with this id in any source. */
  byId(id: string): readonly IndexedRecord[];
  /** Whether the journal holds this event, undone or not. */
  knows(eventId: string): boolean;
  /** An annotator's current answer on a record. */
  answerOf(row: Row, annotator: string): readonly string[] | undefined;
  /** Resolves when the acts are saved. */
  save(acts: readonly Act[]): Promise<void>;
  /** Adds labels to the project and answers with the whole label set. */
  addLabels(names: readonly string[]): Promise<readonly Label[]>;
}

export interface ImportOptions extends LabelFields {
  /** Whether label names that the project does not have are added to it. */
  readonly addLabels: boolean;
}

export interface ImportPreview {
  readonly rows: number;
  /** How many rows would be saved. */
  readonly matches: number;
  /** How many say what is known already. */
  readonly known: number;
  readonly refused: readonly Refusals[];
  /** Label names that the project does not have, with the number of rows; most rows first. */
  readonly unknownLabels: readonly { readonly name: string; readonly rows: number }[];
  /** All of this for a person, a sentence a line. */
  readonly sentences: readonly string[];
}

export interface ImportReport extends ImportPreview {
  readonly saved: number;
}

/** Rows that are not taken for one reason. */
export interface Refusals {
  readonly reason: RefusalReason;
  readonly rows: number;
  /** The first of them. */
  readonly examples: readonly { readonly line: number; readonly detail: string }[];
}

export type RefusalReason =
  | 'unreadable'
  | 'no-label'
  | 'several-labels'
  | 'no-key'
  | 'unknown-label'
  | 'no-record'
  | 'other-text'
  | 'ambiguous-id'
  | 'answered-otherwise';

/** How many rows can't be saved, why, and which they are, for example. */
function refusal(reason: RefusalReason, rows: number, lines: string): string {
  switch (reason) {
    case 'unreadable':
      return sayOf(rows, '1 row could not be read: {1}.', '{0} rows could not be read: {1}.', lines);
    case 'no-label':
      return sayOf(rows, '1 row has no label: {1}.', '{0} rows have no label: {1}.', lines);
    case 'several-labels':
      return sayOf(
        rows,
        '1 row has several labels, and a record of this project has one: {1}.',
        '{0} rows have several labels, and a record of this project has one: {1}.',
        lines,
      );
    case 'no-key':
      return sayOf(
        rows,
        '1 row has neither an id nor a text to find the record by: {1}.',
        '{0} rows have neither an id nor a text to find the record by: {1}.',
        lines,
      );
    case 'unknown-label':
      return sayOf(
        rows,
        '1 row names a label that this project does not have: {1}.',
        '{0} rows name a label that this project does not have: {1}.',
        lines,
      );
    case 'no-record':
      return sayOf(rows, '1 row matches no record: {1}.', '{0} rows match no record: {1}.', lines);
    case 'other-text':
      return sayOf(
        rows,
        '1 row has the id of a record with another text: {1}.',
        '{0} rows have the id of a record with another text: {1}.',
        lines,
      );
    case 'ambiguous-id':
      return sayOf(
        rows,
        '1 row has an id that several records share: {1}.',
        '{0} rows have an id that several records share: {1}.',
        lines,
      );
    case 'answered-otherwise':
      return sayOf(
        rows,
        '1 row differs from the answer that the same annotator has given already, which is kept: {1}.',
        '{0} rows differ from the answer that the same annotator has given already, which is kept: {1}.',
        lines,
      );
  }
}

/** Says what `importLabels` would do. Changes nothing. */
export async function previewImport(
  path: string,
  target: ImportTarget,
  options: ImportOptions,
): Promise<ImportPreview> {
  const matching = new Matching(target, target.labels, options.addLabels);
  for await (const rows of readLabelFile(path, options)) for (const row of rows) matching.take(row);
  return matching.preview();
}

/**
 * Saves a label for every row that matches. A row of an Inkling export keeps its event id, annotator and time, so that
 * importing it again, here or in a copy that it came from, adds nothing. An answer that is here already is never
 * replaced.
 */
export async function importLabels(
  path: string,
  target: ImportTarget,
  options: ImportOptions,
): Promise<ImportReport> {
  let { labels } = target;
  if (options.addLabels) {
    const { unknownLabels } = await previewImport(path, target, options);
    if (unknownLabels.length > 0) labels = await target.addLabels(unknownLabels.map(({ name }) => name));
  }
  const matching = new Matching(target, labels, false);
  let saved = 0;
  for await (const rows of readLabelFile(path, options)) {
    const acts = rows.flatMap((row) => matching.take(row) ?? []);
    if (acts.length > 0) await target.save(acts);
    saved += acts.length;
  }
  return { ...matching.preview(), saved };
}

const EXAMPLES = 5;

/** Decides row by row, and counts. */
class Matching {
  readonly #target: ImportTarget;
  readonly #labels: readonly Label[];
  /** In a preview: rows whose label is still to be added match as well. */
  readonly #assumeLabels: boolean;
  readonly #refused = new Map<
    RefusalReason,
    { rows: number; examples: { line: number; detail: string }[] }
  >();
  readonly #unknownLabels = new Map<string, number>();
  /** What earlier rows of this file say, by event or by annotator and record. */
  readonly #taken = new Map<string, readonly string[]>();
  /** How many rows of this file have claimed a record of this text: equal texts get one row each. */
  readonly #claims = new Map<string, number>();
  #rows = 0;
  #matches = 0;
  #known = 0;

  constructor(target: ImportTarget, labels: readonly Label[], assumeLabels: boolean) {
    this.#target = target;
    this.#labels = labels;
    this.#assumeLabels = assumeLabels;
  }

  /** The act to save, or undefined: known already, or refused. */
  take(row: LabelRow | UnreadRow): Act | undefined {
    this.#rows++;
    if ('fault' in row) return this.#refuse('unreadable', row.line, row.fault);
    const names = this.#namesOf(row);
    if (!names) return this.#refuse('no-label', row.line, '');
    if (names.length > 1 && !this.#target.multiLabel)
      return this.#refuse('several-labels', row.line, names.join(', ').slice(0, 80));
    const place = row.own ? this.#ownPlace(row, row.own) : this.#place(row);
    if (!place) return undefined;
    const labels = this.#labelIds(row, names);
    if (!labels) return undefined;

    const by = row.own?.annotator ?? this.#target.annotator;
    const key = row.own?.event ?? `${by}\n${place.row}`;
    const answer = this.#taken.get(key) ?? this.#target.answerOf(place.row, by);
    if (answer) {
      if (!sameMembers(answer, labels)) return this.#refuse('answered-otherwise', row.line, '');
      this.#known++;
      return undefined;
    }
    this.#taken.set(key, labels);
    this.#matches++;
    const { hash, id, src, line, n } = place.ref;
    return {
      op: 'label',
      rec: { hash, src, line, n, ...(id !== undefined && { id }) },
      labels,
      by,
      ...(row.own && { id: row.own.event, at: row.own.at }),
      ...(row.own?.purpose && { why: { purpose: row.own.purpose } }),
    };
  }

  preview(): ImportPreview {
    const refused = [...this.#refused].map(([reason, { rows, examples }]) => ({ reason, rows, examples }));
    const unknownLabels = [...this.#unknownLabels]
      .map(([name, rows]) => ({ name, rows }))
      .sort((a, b) => b.rows - a.rows);
    const sentences = [
      sayOf(
        this.#rows,
        'Of 1 row, {1} can be saved and {2} are here already.',
        'Of {0} rows, {1} can be saved and {2} are here already.',
        count(this.#matches),
        count(this.#known),
      ),
      ...refused.map(({ reason, rows, examples }) => {
        const first = examples.map(({ line, detail }) =>
          detail ? say('line {0} ({1})', line, sayAgain(detail)) : say('line {0}', line),
        );
        return refusal(reason, rows, [...first, ...(rows > EXAMPLES ? ['…'] : [])].join(', '));
      }),
      ...(this.#assumeLabels && unknownLabels.length > 0
        ? [say('Labels to be added: {0}.', unknownLabels.map(({ name }) => name).join(', '))]
        : []),
    ];
    return {
      rows: this.#rows,
      matches: this.#matches,
      known: this.#known,
      refused,
      unknownLabels,
      sentences,
    };
  }

  #ownPlace(row: LabelRow, own: NonNullable<LabelRow['own']>): Place | undefined {
    if (this.#target.knows(own.event)) {
      this.#known++;
      return undefined;
    }
    const ref: RecordRef = {
      hash: own.hash,
      src: own.src,
      line: own.line,
      n: own.n,
      ...(row.id !== undefined && { id: row.id }),
    };
    // Which of several equal records it is to be is for the rules of identity to say; one of them is enough here.
    const sameText = this.#target.lookup.byHash(own.hash);
    const record =
      sameText.find(({ src, n }) => src === own.src && n === own.n) ??
      sameText[0] ??
      (row.id === undefined ? undefined : this.#target.lookup.bySourceId(own.src, row.id)[0]);
    return record ? { row: record.row, ref } : this.#refuse('no-record', row.line, row.id ?? '');
  }

  #place(row: LabelRow): Place | undefined {
    const hash = row.text === undefined ? undefined : textHash(row.text);
    if (row.id !== undefined) {
      const byId = this.#target.byId(row.id);
      const fitting = hash === undefined ? byId : byId.filter((record) => record.hash === hash);
      if (fitting.length === 1) return { row: fitting[0]!.row, ref: fitting[0]! };
      if (fitting.length > 1) return this.#refuse('ambiguous-id', row.line, row.id);
      if (byId.length > 0) return this.#refuse('other-text', row.line, row.id);
    }
    if (hash === undefined)
      return this.#refuse(row.id === undefined ? 'no-key' : 'no-record', row.line, row.id ?? '');
    const sameText = this.#target.lookup.byHash(hash);
    const claim = this.#claims.get(hash) ?? 0;
    this.#claims.set(hash, claim + 1);
    const record = sameText[Math.min(claim, sameText.length - 1)];
    return record ? { row: record.row, ref: record } : this.#refuse('no-record', row.line, row.id ?? '');
  }

  /** An empty list is an answer only where a record can have several labels. */
  #namesOf({ labels, own }: LabelRow): readonly string[] | undefined {
    if (!labels || (labels.length === 0 && !this.#target.multiLabel)) return undefined;
    if (!this.#target.multiLabel || own) return labels;
    const isKnown = (name: string) => findLabel(this.#labels, name) !== undefined;
    return [...new Set(labels.flatMap((label) => labelsIn(label, isKnown)))];
  }

  /** An export names labels by id as well, which outlives renaming; the names serve in other projects. */
  #labelIds(row: LabelRow, names: readonly string[]): readonly string[] | undefined {
    const ids = row.own?.labels ?? [];
    if (ids.length > 0 && ids.every((id) => this.#labels.some((label) => label.id === id))) return ids;
    const found = names.map((name) => findLabel(this.#labels, name)?.id);
    const unknown = names.filter((_, position) => found[position] === undefined);
    if (unknown.length === 0) return found as string[];
    for (const name of unknown) this.#unknownLabels.set(name, (this.#unknownLabels.get(name) ?? 0) + 1);
    return this.#assumeLabels
      ? names
      : this.#refuse('unknown-label', row.line, unknown.join(', ').slice(0, 80));
  }

  #refuse(reason: RefusalReason, line: number, detail: string): undefined {
    const refusals = this.#refused.get(reason) ?? { rows: 0, examples: [] };
    refusals.rows++;
    if (refusals.examples.length < EXAMPLES) refusals.examples.push({ line, detail });
    this.#refused.set(reason, refusals);
    return undefined;
  }
}

interface Place {
  readonly row: Row;
  readonly ref: RecordRef;
}

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((member) => b.includes(member));
}
