/** Which indexed record each labelled one is now: found again by its own name, by its text, by its id, or not at all. */
import {
  type AnswerRules,
  PLAIN_RULES,
  type RecordState,
  recordState,
  type Standing,
  type StandingAct,
} from './decision.ts';
import { compareEvents } from './event.ts';
import type { Fold, RecordGroup } from './fold.ts';
import type { IndexedRecord, RecordRef, Row } from './record.ts';

/** The index, as identity needs it. Both answer with rows in ascending order. */
export interface RecordLookup {
  byHash(hash: string): readonly IndexedRecord[];
  bySourceId(src: string, id: string): readonly IndexedRecord[];
}

/** A record that was acted on and is nowhere in the index. Its acts are kept. */
export interface Orphan {
  readonly ref: RecordRef;
  readonly state: RecordState;
}

/** Resolves everything: after the index has changed, or the label set's merges. */
export function resolveAll(fold: Fold, lookup: RecordLookup, rules = PLAIN_RULES): Resolution {
  const resolution = new Resolution(fold, lookup, rules);
  resolution.refreshAll();
  return resolution;
}

/**
 * The state of every record that was acted on. Rules, in this order, for the records of one hash:
 *
 * 1. same source and id (or occurrence, where there is no id), same text: `attached`;
 * 2. the same text elsewhere, on a row that no other record holds; the same source first: `follows`;
 * 3. same source and id, another text: `stale`;
 * 4. the same text, on a row that another record holds too: `follows`, and the latest act wins there.
 *
 * What fits none is an orphan. Two records of one hash so claim two rows where there are two. Which one claims which
 * depends on their names only, never on the order of arrival.
 */
export class Resolution {
  readonly #fold: Fold;
  readonly #lookup: RecordLookup;
  readonly #rules: AnswerRules;
  readonly #states = new Map<Row, RecordState>();
  readonly #stale = new Set<Row>();
  readonly #orphans = new Set<RecordGroup>();
  readonly #placements = new Map<RecordGroup, Placement>();
  readonly #groupsOfRow = new Map<Row, RecordGroup[]>();

  constructor(fold: Fold, lookup: RecordLookup, rules: AnswerRules) {
    this.#fold = fold;
    this.#lookup = lookup;
    this.#rules = rules;
  }

  /** What holds for each indexed record somebody acted on; a row without an entry was never touched. */
  get states(): ReadonlyMap<Row, RecordState> {
    return this.#states;
  }

  /** The rows whose label was given to another text. */
  get stale(): ReadonlySet<Row> {
    return this.#stale;
  }

  get orphanCount(): number {
    return this.#orphans.size;
  }

  orphans(): Orphan[] {
    return Array.from(this.#orphans, (group) => ({ ref: group.ref, state: this.#stateOf([group]) }));
  }

  refreshAll(): void {
    this.#refreshHashes(this.#fold.hashes());
  }

  /**
   * Takes in what `Fold.add` reported. Answers the rows whose state may be another than before. Costs the records of
   * the hashes concerned, and only where a record was acted on for the first time, or lost its last act.
   */
  refresh(groups: Iterable<RecordGroup>): Set<Row> {
    const hashes = new Set<string>();
    const rows = new Set<Row>();
    for (const group of groups) {
      const placement = this.#placements.get(group);
      if (group.live !== (placement !== undefined)) hashes.add(group.ref.hash);
      else if (placement?.row !== undefined) rows.add(placement.row);
    }
    for (const row of rows) this.#refreshRow(row);
    for (const row of this.#refreshHashes(hashes)) rows.add(row);
    return rows;
  }

  #refreshHashes(hashes: Iterable<string>): Set<Row> {
    const rows = new Set<Row>();
    for (const hash of hashes) {
      const groups = this.#fold.groupsOfHash(hash);
      for (const group of groups) this.#lift(group, rows);
      const live = groups.filter((group) => group.live);
      if (live.length === 0) continue;
      for (const [group, placement] of placeGroups(live, this.#lookup)) this.#put(group, placement, rows);
    }
    for (const row of rows) this.#refreshRow(row);
    return rows;
  }

  #lift(group: RecordGroup, rows: Set<Row>): void {
    const placement = this.#placements.get(group);
    if (!placement) return;
    this.#placements.delete(group);
    this.#orphans.delete(group);
    if (placement.row === undefined) return;
    const others = this.#groupsOfRow.get(placement.row)!.filter((other) => other !== group);
    if (others.length > 0) this.#groupsOfRow.set(placement.row, others);
    else this.#groupsOfRow.delete(placement.row);
    rows.add(placement.row);
  }

  #put(group: RecordGroup, placement: Placement, rows: Set<Row>): void {
    this.#placements.set(group, placement);
    if (placement.row === undefined) {
      this.#orphans.add(group);
      return;
    }
    const others = this.#groupsOfRow.get(placement.row);
    if (others) others.push(group);
    else this.#groupsOfRow.set(placement.row, [group]);
    rows.add(placement.row);
  }

  #refreshRow(row: Row): void {
    const groups = this.#groupsOfRow.get(row);
    this.#stale.delete(row);
    if (!groups) {
      this.#states.delete(row);
      return;
    }
    const state = this.#stateOf(groups);
    this.#states.set(row, state);
    if (state.decision?.standing === 'stale') this.#stale.add(row);
  }

  #stateOf(groups: readonly RecordGroup[]): RecordState {
    const acts: StandingAct[] = [];
    for (const group of groups) {
      const standing = this.#placements.get(group)?.standing ?? 'attached';
      for (const event of group.acts()) acts.push({ event, standing });
    }
    if (groups.length > 1) acts.sort((a, b) => compareEvents(a.event, b.event));
    return recordState(acts, this.#rules);
  }
}

/** Where a record was found, or (without a row) that it was not. */
interface Placement {
  readonly row?: Row;
  readonly standing: Standing;
}

const orphaned: Placement = { standing: 'attached' };

/** How a record and a row of the same text can be the same: the closest first. An undefined key fits nothing. */
const likenesses: { standing: Standing; key(ref: RecordRef): string | undefined }[] = [
  {
    standing: 'attached',
    key: ({ src, id, n }) => (id === undefined ? undefined : JSON.stringify([src, id, n])),
  },
  { standing: 'attached', key: ({ src, id }) => (id === undefined ? undefined : JSON.stringify([src, id])) },
  {
    standing: 'attached',
    key: ({ src, id, n }) => (id === undefined ? JSON.stringify([src, n]) : undefined),
  },
  { standing: 'follows', key: ({ src, n }) => JSON.stringify([src, n]) },
  { standing: 'follows', key: ({ src }) => src },
  { standing: 'follows', key: () => '' },
];

/** @param groups all live groups of one hash */
function placeGroups(
  groups: readonly RecordGroup[],
  lookup: RecordLookup,
): Iterable<readonly [RecordGroup, Placement]> {
  const rows = lookup.byHash(groups[0]!.ref.hash);
  if (groups.length === 1 && rows.length === 1) {
    const { ref } = groups[0]!;
    const row = rows[0]!;
    // One record and one row of this text: most texts are like that, and need no search.
    const isSame = ref.src === row.src && ref.id === row.id && (ref.id !== undefined || ref.n === row.n);
    return [[groups[0]!, { row: row.row, standing: isSame ? 'attached' : 'follows' }]];
  }
  const placements = new Map<RecordGroup, Placement>();
  const free = new Set(rows);
  const waiting = new Set(groups.length > 1 ? [...groups].sort(byName) : groups);

  for (const { standing, key } of likenesses) {
    if (waiting.size === 0 || free.size === 0) break;
    // Backwards, so that `pop` answers with the earliest row.
    const rowsByKey = Map.groupBy([...free].reverse(), key);
    for (const group of waiting) {
      const wanted = key(group.ref);
      const row = wanted === undefined ? undefined : rowsByKey.get(wanted)?.pop();
      if (!row) continue;
      placements.set(group, { row: row.row, standing });
      free.delete(row);
      waiting.delete(group);
    }
  }

  for (const group of waiting) {
    const changed = sameIdOtherText(group.ref, lookup);
    if (changed) placements.set(group, { row: changed.row, standing: 'stale' });
    else if (rows.length > 0)
      placements.set(group, { row: closest(group.ref, rows).row, standing: 'follows' });
    else placements.set(group, orphaned);
  }
  return placements;
}

/** Several rows with the id decide nothing: which of them was meant is unknown. */
function sameIdOtherText(ref: RecordRef, lookup: RecordLookup): IndexedRecord | undefined {
  if (ref.id === undefined) return undefined;
  const rows = lookup.bySourceId(ref.src, ref.id);
  return rows.length === 1 && rows[0]!.hash !== ref.hash ? rows[0] : undefined;
}

function closest(ref: RecordRef, rows: readonly IndexedRecord[]): IndexedRecord {
  return (
    rows.find((row) => row.src === ref.src && row.id === ref.id) ??
    rows.find((row) => row.src === ref.src) ??
    rows[0]!
  );
}

function byName(a: RecordGroup, b: RecordGroup): number {
  const [left, right] = [a.ref, b.ref];
  return compareText(left.src, right.src) || left.n - right.n || compareText(left.id ?? '', right.id ?? '');
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
