/** A small peer of the queue page: it holds records and answers in memory, and fails or waits when told to. */
import type { Guidelines } from '../../../src/protocol/guidelines.ts';
import type {
  Answer,
  Card,
  CardLabel,
  Mark,
  QueueAction,
  QueueService,
  QueueSnapshot,
  QueueView,
  WordWeight,
} from '../../../src/protocol/queue.ts';
import { connect, type Port, type Remote, serve } from '../../../src/protocol/rpc.ts';

export class QueueHost implements QueueService {
  /** Every answer and mark that arrived, in order, with repeats. */
  readonly arrived: (Answer | Mark)[] = [];
  readonly opened: string[] = [];
  readonly fieldFocus: boolean[] = [];
  /** What was saved, by event id. */
  readonly saved = new Map<string, Answer | Mark>();
  /** Calls of `label` and `mark` fail with this while it is set. */
  failure: Error | undefined;
  /** Replies to `label` and `mark` wait for this. */
  gate: Promise<void> = Promise.resolve();
  extra: Partial<QueueSnapshot> = {};

  readonly #cards: readonly Card[];
  readonly #labels: readonly CardLabel[];
  readonly #sent: number;
  readonly #undone: (Answer | Mark)[] = [];
  #revision = 0;
  #view: Remote<QueueView> | undefined;

  /** @param sent how many cards to come, and how many answered ones, a snapshot holds at most */
  constructor(cards: readonly Card[], labels: readonly CardLabel[], sent = 20) {
    this.#cards = cards;
    this.#sent = sent;
    this.#labels = labels;
  }

  readonly attach = (port: Port): void => {
    this.#view = connect<QueueView>(port);
    serve(port, this, (error) => {
      if (error !== this.failure) throw error;
    });
  };

  /** Carries out a contributed command, as a keybinding would. */
  async perform(action: QueueAction): Promise<void> {
    await this.#view?.perform(action);
  }

  /** Sends a fresh state, as after learning. */
  async show(change: Partial<QueueSnapshot> = {}): Promise<void> {
    await this.#view?.show({ ...this.#snapshot(), ...change });
  }

  async open(): Promise<QueueSnapshot> {
    return this.#snapshot();
  }

  async label(answer: Answer): Promise<QueueSnapshot> {
    return await this.#take(answer);
  }

  async mark(mark: Mark): Promise<QueueSnapshot> {
    return await this.#take(mark);
  }

  async undo(): Promise<QueueSnapshot> {
    const last = [...this.saved.values()].at(-1);
    if (last) {
      this.saved.delete(last.event);
      this.#undone.push(last);
      this.#revision++;
    }
    return this.#snapshot();
  }

  async redo(): Promise<QueueSnapshot> {
    const next = this.#undone.pop();
    if (next) {
      this.saved.set(next.event, next);
      this.#revision++;
    }
    return this.#snapshot();
  }

  /** The words of each record, by its key. */
  words: Readonly<Record<string, readonly WordWeight[]>> = {};
  readonly explained: (readonly [key: string, label: string])[] = [];

  async explain(key: string, label: string): Promise<readonly WordWeight[]> {
    this.explained.push([key, label]);
    return this.words[key] ?? [];
  }

  #query = '';

  /** Finds by a part of the text. */
  async search(query: string): Promise<QueueSnapshot> {
    this.#query = query;
    this.#revision++;
    return this.#snapshot();
  }

  guide: Guidelines = { labels: [] };
  guideEdits = 0;

  async guidelines(): Promise<Guidelines> {
    return this.guide;
  }

  async editGuidelines(): Promise<void> {
    this.guideEdits++;
  }

  bulk = 0;

  async labelAllFound(): Promise<void> {
    this.bulk++;
  }

  async openSource(key: string): Promise<void> {
    this.opened.push(key);
  }

  async inputFocus(focused: boolean): Promise<void> {
    this.fieldFocus.push(focused);
  }

  /** The labels given to each record, in the order of the first answers. */
  get answers(): readonly (readonly [key: string, label: string | undefined])[] {
    const current = new Map<string, string | undefined>();
    for (const each of this.saved.values()) if ('labels' in each) current.set(each.key, each.labels?.[0]);
    return [...current];
  }

  /** All labels given to each record, likewise; null where the answer was cleared. */
  get sets(): readonly (readonly [key: string, labels: readonly string[] | null])[] {
    const current = new Map<string, readonly string[] | null>();
    for (const each of this.saved.values()) if ('labels' in each) current.set(each.key, each.labels);
    return [...current];
  }

  async #take(sent: Answer | Mark): Promise<QueueSnapshot> {
    this.arrived.push(sent);
    await this.gate;
    if (this.failure) throw this.failure;
    this.saved.set(sent.event, sent);
    this.#undone.length = 0;
    this.#revision++;
    return this.#snapshot();
  }

  #snapshot(): QueueSnapshot {
    const byKey = new Map(this.#cards.map((card) => [card.key, card]));
    const answered = new Map<string, Card>();
    const skipped = new Set<string>();
    const flagged = new Set<string>();
    for (const each of this.saved.values()) {
      const card = byKey.get(each.key);
      if (!card) continue;
      if ('labels' in each) {
        answered.delete(each.key);
        if (each.labels) answered.set(each.key, { ...card, answer: each.labels });
      } else if (each.op === 'flag') flagged.add(each.key);
      else if (each.op === 'unflag') flagged.delete(each.key);
      else skipped.add(each.key);
    }
    const marked = (card: Card) => ({ ...card, flagged: flagged.has(card.key) });
    const open = this.#cards.filter((card) => !answered.has(card.key));
    const inOrder = [
      ...open.filter((card) => !skipped.has(card.key)),
      ...open.filter((card) => skipped.has(card.key)),
    ];
    const waiting = inOrder.filter((card) => card.text.includes(this.#query));
    const search = { query: this.#query, found: waiting.length };
    return {
      revision: this.#revision,
      project: 'Support mail',
      labels: this.#labels,
      upcoming: waiting.slice(0, this.#sent).map(marked),
      history: [...answered.values()].slice(-this.#sent).map(marked),
      canUndo: this.saved.size > 0,
      canRedo: this.#undone.length > 0,
      counts: {
        records: this.#cards.length,
        labelled: answered.size,
        audited: 0,
        skipped: skipped.size,
        problems: 0,
      },
      sitting: { answered: answered.size },
      training: { phase: 'ready', modelRevision: 3, ms: 85 },
      ...(this.#query === '' ? {} : { search }),
      ...(waiting.length === 0 ? { nothingLeft: 'Every record has an answer. Add files to go on.' } : {}),
      ...this.extra,
    };
  }
}

export function labelsNamed(...names: readonly string[]): CardLabel[] {
  return names.map((name, index) => ({
    id: `L${index}`,
    name,
    ...(index < 10 ? { key: String((index + 1) % 10) } : {}),
  }));
}

export function cardsOf(texts: readonly string[], change: Partial<Card> = {}): Card[] {
  return texts.map((text, index) => ({
    key: `r${index}`,
    text,
    truncated: false,
    fields: [],
    src: 'mail/inbox.jsonl',
    line: index + 1,
    purpose: 'train',
    why: 'The model is least sure about this record.',
    flagged: false,
    ...change,
  }));
}

/** A promise, and the function that resolves it. */
export function closedGate(): { readonly gate: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { gate, open };
}
