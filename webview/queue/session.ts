/** Carries out what the reader does: shows it at once, sends it in order, and remembers it until it is saved. */
import type { QueueAction, QueueService, QueueSnapshot, QueueView } from '../../src/protocol/queue.ts';
import { connect, type Port, type Remote, RemoteError, serve } from '../../src/protocol/rpc.ts';
import type { Memory } from '../ui/port.ts';
import { say } from '../ui/say.ts';
import { uuidv7 } from '../ui/uuid.ts';
import {
  chosenLabels,
  eventOf,
  explainedLabel,
  type Happening,
  lookedAt,
  type PageFailure,
  type PageState,
  recall,
  reduce,
  remember,
  type Unsaved,
  visibleCard,
  visibleGuess,
} from './state.ts';

export class QueueSession {
  state: PageState;
  readonly #service: Remote<QueueService>;
  readonly #memory: Memory;
  readonly #changed: (state: PageState) => void;
  /** The card whose words were asked for last. */
  #explained: string | undefined;
  /** The model and the label set that the guidelines were asked for last with. */
  #guided: string | undefined;

  readonly #acts: Readonly<Record<QueueAction, () => void>> = {
    skip: () => this.#mark('skip'),
    unsure: () => this.#mark('unsure'),
    flag: () => this.#mark('flag'),
    undo: () => void this.#step('undo'),
    redo: () => void this.#step('redo'),
    previous: () => this.#happen({ type: 'look', towards: 'previous', at: now() }),
    next: () => this.#happen({ type: 'look', towards: 'next', at: now() }),
    openSource: () => void this.#openSource(),
    find: () => this.#happen({ type: 'openSearch' }),
    findSimilar: () => void this.#findSimilar(),
    labelAllFound: () => void this.#labelAllFound(),
    acceptGuess: () => this.acceptGuess(),
    toggleWhy: () => this.#happen({ type: 'toggleWhy' }),
    toggleGuidelines: () => {
      // Somebody may have written in them since.
      this.#guided = undefined;
      this.#happen({ type: 'toggleGuide' });
    },
    toggleKeys: () => this.#happen({ type: 'toggleKeys' }),
  };

  /** @param changed told of every new state */
  constructor(port: Port, memory: Memory, changed: (state: PageState) => void) {
    this.#service = connect<QueueService>(port);
    this.#memory = memory;
    this.#changed = changed;
    this.state = recall(memory.read());
    const view: QueueView = {
      show: (snapshot) => this.#happen({ type: 'snapshot', snapshot, at: now() }),
      find: (query) => void this.search(query),
      perform: (action) => this.perform(action),
    };
    serve(port, view, (error) => console.error(error));
  }

  /** Asks for the state, and sends again what an earlier load of the page could not see saved. */
  async start(): Promise<void> {
    // A field that had the focus before a reload no longer has it.
    this.inputFocus(false);
    for (const unsaved of this.state.unsaved) void this.#send(unsaved);
    await this.refresh();
  }

  /** Asks for the state again. */
  async refresh(): Promise<void> {
    try {
      this.#happen({ type: 'snapshot', snapshot: await this.#service.open(), at: now() });
    } catch (error) {
      this.#happen({ type: 'refused', failure: failureOf(error) });
    }
  }

  /** Answers the card on screen, and goes on; where a record can have several labels, puts this one on or takes it off. */
  label(id: string): void {
    if (this.state.snapshot?.multiLabel) this.#happen({ type: 'toggle', label: id });
    else this.#answer([id]);
  }

  /** Saves the labels put on the card, and goes on. */
  submit(): void {
    if (this.state.snapshot?.multiLabel) this.#answer(chosenLabels(this.state));
  }

  /** Takes the answer of the record looked back at away. */
  clear(): void {
    if (lookedAt(this.state)) this.#answer(null);
  }

  perform(action: QueueAction): void {
    // While the keys are explained, the card is covered: nothing should happen to it unseen.
    if (this.state.showKeys) this.#happen({ type: 'toggleKeys' });
    else this.#acts[action]();
  }

  acceptGuess(): void {
    const guess = visibleGuess(this.state);
    if (guess) this.label(guess.label.id);
  }

  /** Looks at an answered record; without a key, returns to the waiting one. */
  lookAt(key: string | undefined): void {
    this.#happen({ type: 'lookAt', key, at: now() });
  }

  /** Shows what a query finds; an empty one goes back to the queue. */
  async search(query: string): Promise<void> {
    try {
      this.#happen({ type: 'searched', snapshot: await this.#service.search(query), at: now() });
    } catch (error) {
      this.#happen({ type: 'refused', failure: failureOf(error) });
    }
  }

  async editGuidelines(): Promise<void> {
    await this.#ask(() => this.#service.editGuidelines());
  }

  dismissFailure(): void {
    this.#happen({ type: 'dismissFailure' });
  }

  inputFocus(focused: boolean): void {
    // Nothing on the page depends on it; the field itself keeps its keys from VS Code.
    this.#service.inputFocus(focused).catch(() => {});
  }

  #answer(labels: readonly string[] | null): void {
    if (!visibleCard(this.state)) return;
    const event = uuidv7();
    this.#happen({ type: 'answer', event, labels, at: now() });
    this.#sendEvent(event);
  }

  #mark(op: 'skip' | 'unsure' | 'flag'): void {
    if (!visibleCard(this.state)) return;
    const event = uuidv7();
    this.#happen({ type: 'mark', event, op, at: now() });
    this.#sendEvent(event);
  }

  #sendEvent(event: string): void {
    const unsaved = this.state.unsaved.find((each) => eventOf(each) === event);
    if (unsaved) void this.#send(unsaved);
  }

  async #send(unsaved: Unsaved): Promise<void> {
    const event = eventOf(unsaved);
    try {
      const snapshot: QueueSnapshot =
        'answer' in unsaved
          ? await this.#service.label(unsaved.answer)
          : await this.#service.mark(unsaved.mark);
      this.#happen({ type: 'saved', event, snapshot, at: now() });
    } catch (error) {
      this.#happen({ type: 'failed', event, failure: failureOf(error), at: now() });
    }
  }

  async #step(step: 'undo' | 'redo'): Promise<void> {
    const { snapshot, unsaved } = this.state;
    const possible = step === 'undo' ? snapshot?.canUndo || unsaved.length > 0 : snapshot?.canRedo;
    if (!possible) {
      this.#happen({
        type: 'say',
        status: step === 'undo' ? say('There is nothing to undo') : say('There is nothing to redo'),
      });
      return;
    }
    try {
      // Calls arrive in order, so what is still unsaved is saved before this is undone.
      const after = step === 'undo' ? await this.#service.undo() : await this.#service.redo();
      this.#happen({ type: 'stepped', step, snapshot: after, at: now() });
    } catch (error) {
      this.#happen({ type: 'refused', failure: failureOf(error) });
    }
  }

  async #openSource(): Promise<void> {
    const card = visibleCard(this.state);
    if (card) await this.#ask(() => this.#service.openSource(card.key));
  }

  /** Copies of the record on screen first, then those with much the same words. */
  async #findSimilar(): Promise<void> {
    const card = visibleCard(this.state);
    if (card) await this.search(`like:"${card.src}:${card.line}"`);
  }

  async #labelAllFound(): Promise<void> {
    if (this.state.snapshot?.search) await this.#ask(() => this.#service.labelAllFound());
    else this.#happen({ type: 'say', status: say('Search first (s), or find records like this one (d)') });
  }

  /** Asks the shell for something it does outside of this page. */
  async #ask(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#happen({ type: 'refused', failure: failureOf(error) });
    }
  }

  #happen(happening: Happening): void {
    const before = this.state;
    this.state = reduce(before, happening);
    if (
      this.state.unsaved !== before.unsaved ||
      this.state.front[0]?.card.key !== before.front[0]?.card.key ||
      this.state.toggles !== before.toggles ||
      this.state.showWhy !== before.showWhy ||
      this.state.showGuide !== before.showGuide
    ) {
      this.#memory.write(remember(this.state));
    }
    this.#changed(this.state);
    void this.#explain();
    void this.#guide();
  }

  /** While the guidelines are open, asks for them again with every new model: the examples follow it. */
  async #guide(): Promise<void> {
    const { showGuide, snapshot } = this.state;
    if (!showGuide || !snapshot || snapshot.training.phase === 'running') return;
    const state = JSON.stringify([snapshot.training, snapshot.labels]);
    if (state === this.#guided) return;
    this.#guided = state;
    try {
      this.#happen({ type: 'guided', guidelines: await this.#service.guidelines() });
    } catch (error) {
      this.#happen({ type: 'refused', failure: failureOf(error) });
    }
  }

  /** While the reasons are open, asks for the words behind the guess on screen, once a card. */
  async #explain(): Promise<void> {
    const key = visibleCard(this.state)?.key;
    const label = explainedLabel(this.state);
    if (!this.state.showWhy || !label || key === undefined || key === this.#explained) return;
    this.#explained = key;
    try {
      const words = await this.#service.explain(key, label.id);
      this.#happen({ type: 'explained', key, words });
    } catch {
      // The reason is a help: without it the card is as good as before.
    }
  }
}

function now(): number {
  return performance.now();
}

function failureOf(error: unknown): PageFailure {
  const message = error instanceof Error ? error.message : String(error);
  return { message, wayOut: error instanceof RemoteError ? error.wayOut : undefined };
}
