/** The fold: a growing set of journal events, and which of them count. Any order, any duplication, the same state. */
import { PLAIN_RULES, type RecordState, recordState } from './decision.ts';
import { compareEvents, type JournalEvent } from './event.ts';
import type { RecordRef } from './record.ts';

/** All acts on one exact record name (source, id, hash, occurrence). */
export interface RecordGroup {
  readonly ref: RecordRef;
  /** The acts that count, in order: a fresh array. Empty when all of them are undone. */
  acts(): JournalEvent[];
  /** Whether any act counts. */
  readonly live: boolean;
}

export interface FoldChange {
  /** How many events were new. */
  readonly added: number;
  /** The records whose acts are others than before. */
  readonly groups: ReadonlySet<RecordGroup>;
}

/** What can be redone: the act, and its undo, which a new `undo` event has to name in `of`. */
export interface Redo {
  readonly event: JournalEvent;
  readonly undo: JournalEvent;
}

/**
 * Rules that the journal's page leaves open, chosen so that the order of arrival never matters:
 * - two different events with one id: the higher counter holds, then the greater text;
 * - an undo counts only when it comes later in the order than its target, so undos cannot form a circle.
 */
export class Fold {
  readonly #entries = new Map<string, Entry>();
  readonly #undosOf = new Map<string, Entry[]>();
  /** The groups by hash: nearly always one, else by the rest of their name. */
  readonly #groups = new Map<string, Group | Map<string, Group>>();
  readonly #annotators = new Map<string, Acts>();

  get size(): number {
    return this.#entries.size;
  }

  event(id: string): JournalEvent | undefined {
    return this.#entries.get(id)?.event;
  }

  /** Takes events in; known ones change nothing. */
  add(events: Iterable<JournalEvent>): FoldChange {
    const groups = new Set<RecordGroup>();
    const unsettled = new Set<Entry>();
    let added = 0;
    for (const event of events) {
      const known = this.#entries.get(event.id);
      if (known) {
        if (!outranks(event, known.event)) continue;
        this.#remove(known, unsettled, groups);
      } else {
        added++;
      }
      this.#insert(event, unsettled, groups);
    }
    this.#settle(unsettled, groups);
    return { added, groups };
  }

  /** The hashes of all records ever acted on. */
  hashes(): IterableIterator<string> {
    return this.#groups.keys();
  }

  groupsOfHash(hash: string): RecordGroup[] {
    const found = this.#groups.get(hash);
    if (!found) return [];
    return found instanceof Group ? [found] : [...found.values()];
  }

  /** What holds for exactly this record name, or undefined when nobody's act on it counts. */
  stateOf(ref: RefName, rules = PLAIN_RULES): RecordState | undefined {
    const found = this.#groups.get(ref.hash);
    const group = found instanceof Group ? found : found?.get(nameOf(ref));
    if (!group?.live || nameOf(group.ref) !== nameOf(ref)) return undefined;
    return recordState(
      group.acts().map((event) => ({ event, standing: 'attached' })),
      rules,
    );
  }

  /** What undo would take back: this annotator's last act that holds and is not itself an undo. */
  undoable(by: string): JournalEvent | undefined {
    return this.#actsOf(by).findLast((entry) => entry.event.op !== 'undo' && !entry.undone)?.event;
  }

  /** The same with all that still holds of the stroke it was part of, in order. */
  undoables(by: string): readonly JournalEvent[] {
    const last = this.undoable(by);
    const batch = last?.why?.batch;
    if (!last || batch === undefined) return last ? [last] : [];
    return this.#actsOf(by)
      .filter(({ event, undone }) => !undone && event.op !== 'undo' && event.why?.batch === batch)
      .map(({ event }) => event);
  }

  /** What redo would bring back: the newest undo since this annotator's last act. A new act leaves nothing to redo. */
  redoable(by: string): Redo | undefined {
    return this.#redos(by).next().value;
  }

  /** The same with all else that was undone of the stroke it was part of, the last first. */
  redoables(by: string): readonly Redo[] {
    const redos: Redo[] = [];
    let batch: string | undefined;
    for (const redo of this.#redos(by)) {
      if (redos.length > 0 && (batch === undefined || redo.event.why?.batch !== batch)) break;
      batch = redo.event.why?.batch;
      redos.push(redo);
    }
    return redos;
  }

  /** The undos since this annotator's last act, the last first. */
  *#redos(by: string): Generator<Redo, undefined> {
    const acts = this.#actsOf(by);
    for (let at = acts.length - 1; at >= 0; at--) {
      const { event, undone } = acts[at]!;
      if (event.op !== 'undo') return undefined;
      const target = this.#entries.get(event.of ?? '');
      if (!undone && target && target.event.op !== 'undo' && compareEvents(event, target.event) > 0) {
        yield { event: target.event, undo: event };
      }
    }
    return undefined;
  }

  #insert(event: JournalEvent, unsettled: Set<Entry>, groups: Set<RecordGroup>): void {
    const entry = new Entry(event);
    this.#entries.set(event.id, entry);
    if (event.op === 'undo') {
      unsettled.add(entry);
      const of = event.of ?? '';
      const undos = this.#undosOf.get(of);
      if (undos) undos.push(entry);
      else this.#undosOf.set(of, [entry]);
    } else if (event.rec) {
      entry.group = this.#groupOf(event.rec, entry);
      groups.add(entry.group);
    }
    if (this.#undosOf.has(event.id)) unsettled.add(entry);

    let acts = this.#annotators.get(event.by);
    if (!acts) {
      acts = { entries: [], tidy: true };
      this.#annotators.set(event.by, acts);
    }
    const last = acts.entries.at(-1);
    if (last && compareEvents(last.event, event) > 0) acts.tidy = false;
    acts.entries.push(entry);
  }

  /** Takes out an event whose id another one holds now. It stays in the lists, marked as one that never counts. */
  #remove(entry: Entry, unsettled: Set<Entry>, groups: Set<RecordGroup>): void {
    unsettled.delete(entry);
    entry.undone = true;
    if (entry.group) groups.add(entry.group);
    const target = this.#entries.get(entry.event.of ?? '');
    if (target) unsettled.add(target);
    this.#annotators.get(entry.event.by)!.tidy = false;
  }

  /**
   * Decides again which of the given events, and of those they undo in turn, are undone. Latest first: whether an
   * event is undone depends only on later ones. Costs a sort of what is affected, however long a chain of undos is.
   */
  #settle(unsettled: Set<Entry>, groups: Set<RecordGroup>): void {
    for (const entry of unsettled) {
      // The set grows while it is walked; what is in it already is not walked again.
      if (entry.event.op !== 'undo') continue;
      const target = this.#entries.get(entry.event.of ?? '');
      if (target) unsettled.add(target);
    }
    for (const entry of [...unsettled].sort((a, b) => compareEvents(b.event, a.event))) {
      const undone = (this.#undosOf.get(entry.event.id) ?? []).some(
        (undo) => !undo.undone && compareEvents(undo.event, entry.event) > 0,
      );
      if (undone !== entry.undone && entry.group) groups.add(entry.group);
      entry.undone = undone;
    }
  }

  /** The group of a record, with this entry in it. */
  #groupOf(ref: RecordRef, entry: Entry): Group {
    const found = this.#groups.get(ref.hash);
    if (!found) {
      const group = new Group(ref, entry);
      this.#groups.set(ref.hash, group);
      return group;
    }
    const name = nameOf(ref);
    const known = found instanceof Map ? found.get(name) : nameOf(found.ref) === name ? found : undefined;
    if (known) {
      known.entries.push(entry);
      return known;
    }
    const group = new Group(ref, entry);
    if (found instanceof Map) found.set(name, group);
    else
      this.#groups.set(
        ref.hash,
        new Map([
          [nameOf(found.ref), found],
          [name, group],
        ]),
      );
    return group;
  }

  #actsOf(by: string): readonly Entry[] {
    const acts = this.#annotators.get(by);
    if (!acts) return [];
    if (!acts.tidy) {
      acts.entries = acts.entries.filter((entry) => this.#entries.get(entry.event.id) === entry);
      acts.entries.sort((a, b) => compareEvents(a.event, b.event));
      acts.tidy = true;
    }
    return acts.entries;
  }
}

class Entry {
  readonly event: JournalEvent;
  group: Group | undefined;
  undone = false;

  constructor(event: JournalEvent) {
    this.event = event;
  }
}

class Group implements RecordGroup {
  readonly ref: RecordRef;
  readonly entries: Entry[];

  constructor(ref: RecordRef, entry: Entry) {
    this.ref = ref;
    // Made with its first entry: a list that starts empty and grows has room for seventeen, and most hold one.
    this.entries = [entry];
  }

  get live(): boolean {
    return this.entries.some((entry) => !entry.undone);
  }

  acts(): JournalEvent[] {
    const events: JournalEvent[] = [];
    for (const entry of this.entries) if (!entry.undone) events.push(entry.event);
    return events.sort(compareEvents);
  }
}

/** One annotator's events of every kind; in order, and only those that hold their id, when `tidy`. */
interface Acts {
  entries: Entry[];
  tidy: boolean;
}

type RefName = Pick<RecordRef, 'hash' | 'id' | 'src' | 'n'>;

/** The parts of a name beside the hash, as one text. */
function nameOf({ id, src, n }: RefName): string {
  return JSON.stringify([n, src, id]);
}

/** Whether `event` holds instead of `known`, which has the same id. False for a plain copy. */
function outranks(event: JournalEvent, known: JournalEvent): boolean {
  if (event === known) return false;
  return event.lam === known.lam ? canonical(event) > canonical(known) : event.lam > known.lam;
}

/** The event as text, with the fields in a fixed order, so that equal events are equal texts. */
function canonical(event: JournalEvent): string {
  const { v, at, by, op, of, rec, labels, why, text } = event;
  const place = rec && [rec.hash, rec.id, rec.src, rec.line, rec.n];
  return JSON.stringify([v, at, by, op, of, place, labels, why && Object.entries(why).sort(), text]);
}
