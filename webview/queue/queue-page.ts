/** The queue page: one card to answer, with nothing moving under the reader's eyes or hands. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { button, controlStyles } from '../ui/controls.ts';
import { look } from '../ui/look.ts';
import { say, sayOf } from '../ui/say.ts';
import { answerStyles, guessesRow, guessRow, labelButtons, otherActs, submitRow } from './answers.ts';
import { cardStyles, cardTemplate } from './card.ts';
import { guideStyles, guideTemplate } from './guide.ts';
import { keyCaps, meaningOf } from './keymap.ts';
import { LabelFinder } from './label-finder.ts';
import { SearchBar } from './search-bar.ts';
import type { QueueSession } from './session.ts';
import {
  chosenLabels,
  countsOf,
  explainedLabel,
  historyOf,
  lookedAt,
  type PageState,
  visibleCard,
  visibleGuess,
  visibleGuesses,
} from './state.ts';
import { bottomLine, historyStrip, keysOverlay, progressStrip, stripStyles } from './strip.ts';
import { folded } from './text.ts';

/** An answer that takes longer than this to be saved is worth a word. */
const slowSave = 500;

export class QueuePage extends LitElement {
  static override properties = {
    state: { attribute: false },
    finding: { state: true },
    unfolded: { state: true },
    slow: { state: true },
  };

  declare session: QueueSession;
  declare state: PageState;
  declare private finding: boolean;
  /** The record whose whole text is shown. */
  declare private unfolded: string | undefined;
  /** Something has been unsaved for a while. */
  declare private slow: boolean;
  #slowTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.finding = false;
    this.unfolded = undefined;
    this.slow = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // On the document, and not on the window where VS Code listens: a key handled here goes no further.
    document.addEventListener('keydown', this.#key);
    document.addEventListener('visibilitychange', this.#shown);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.#key);
    document.removeEventListener('visibilitychange', this.#shown);
  }

  protected override willUpdate(): void {
    const waiting = this.state.unsaved.length > 0;
    if (!waiting) {
      clearTimeout(this.#slowTimer);
      this.#slowTimer = undefined;
      this.slow = false;
    } else {
      this.#slowTimer ??= setTimeout(() => {
        this.slow = true;
      }, slowSave);
    }
  }

  protected override render(): TemplateResult {
    const { snapshot } = this.state;
    return html`
      ${snapshot ? this.#page(snapshot) : this.#beforeFirst()}
      <div class="hidden-visually" role="status" aria-live="polite">${this.state.announcement}</div>
    `;
  }

  protected override updated(changed: Map<string, unknown>): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog && this.state.showKeys !== dialog.open) {
      if (this.state.showKeys) dialog.showModal();
      else dialog.close();
    }
    const before = changed.get('state') as PageState | undefined;
    const card = visibleCard(this.state);
    if (before && card?.key !== visibleCard(before)?.key) this.#scrollToTop();
    if (before && !before.snapshot && this.state.snapshot) this.#focusCard();
    if (changed.get('finding') === true) {
      // A field that is taken away does not always say that it has lost the focus.
      this.session.inputFocus(false);
      this.#focusCard();
    }
  }

  #page(snapshot: NonNullable<PageState['snapshot']>): TemplateResult {
    const { state, session } = this;
    const card = visibleCard(state);
    const old = lookedAt(state);
    // In the finder Enter means something else.
    const guess = this.finding ? undefined : visibleGuess(state);
    const guesses = visibleGuesses(state);
    const explained = explainedLabel(state);
    const chosen = chosenLabels(state);
    const { labels } = snapshot;
    const multiLabel = snapshot.multiLabel === true;
    return html`
      <header>${progressStrip(snapshot, countsOf(state) ?? snapshot.counts)} ${this.#banners()}</header>
      ${
        state.searching || snapshot.search
          ? html`<inkling-search-bar
              role="search"
              .asked=${state.searching}
              .query=${snapshot.search?.query ?? ''}
              .found=${snapshot.search?.found}
              .sample=${snapshot.search?.sample}
              .search=${(query: string) => this.#search(query)}
              .labelAll=${this.#then(() => session.perform('labelAllFound'))}
              .close=${() => this.#search('')}
              .focused=${(focused: boolean) => session.inputFocus(focused)}
            ></inkling-search-bar>`
          : nothing
      }
      <div class="beside">
      <main class="card" tabindex="0" aria-label=${old ? say('An earlier record') : say('The record to label')}>
        ${old ? this.#lookingBack() : nothing}
        ${
          card
            ? cardTemplate({
                card,
                unfolded: this.unfolded === card.key,
                showWhy: state.showWhy,
                reasons:
                  explained && state.words?.key === card.key
                    ? { label: explained.name, words: state.words.words }
                    : undefined,
                openSource: this.#then(() => session.perform('openSource')),
                unfold: this.#then(() => {
                  this.unfolded = card.key;
                }),
                toggleWhy: this.#then(() => session.perform('toggleWhy')),
              })
            : this.#noCard(snapshot)
        }
      </main>
      ${
        state.showGuide
          ? guideTemplate({
              guidelines: state.guidelines,
              edit: () => void session.editGuidelines(),
              close: this.#then(() => session.perform('toggleGuidelines')),
            })
          : nothing
      }
      </div>
      <footer>
        ${multiLabel ? guessesRow(guesses, labels) : guessRow(guess, guess ? labels.indexOf(guess.label) : 0)}
        ${
          this.finding
            ? html`<inkling-label-finder
                .labels=${labels}
                .chosen=${multiLabel ? chosen : []}
                .close=${this.#found}
                .focused=${(focused: boolean) => session.inputFocus(focused)}
              ></inkling-label-finder>`
            : labelButtons({
                labels,
                caps: keyCaps(labels),
                answer: chosen,
                guesses: (guess ? [guess] : (guesses ?? [])).map(({ label }) => label.id),
                disabled: !card,
                choose: (id) => this.#then(() => session.label(id))(),
              })
        }
        ${
          multiLabel
            ? submitRow(
                chosen.length,
                !card,
                this.#then(() => session.submit()),
              )
            : nothing
        }
        ${otherActs({
          perform: (action) => this.#then(() => session.perform(action))(),
          find: () => {
            this.finding = true;
          },
          flagged: card?.flagged ?? false,
          hasCard: card !== undefined,
          lookingBack: old !== undefined,
          canUndo: snapshot.canUndo || state.unsaved.length > 0,
          canRedo: snapshot.canRedo,
        })}
        ${historyStrip({
          history: historyOf(state),
          labels,
          multiLabel,
          lookingAt: old?.key,
          look: (key) => this.#then(() => session.lookAt(key))(),
        })}
        ${bottomLine(snapshot, this.#status())}
      </footer>
      <dialog aria-labelledby="keys-title" @close=${this.#keysClosed}>${keysOverlay(multiLabel, this.#closeKeys)}</dialog>
    `;
  }

  #beforeFirst(): TemplateResult {
    const { failure } = this.state;
    return html`<main class="card" tabindex="0" aria-label=${say('The record to label')}>
      ${
        failure
          ? html`${this.#banners()}
            <p>${button({ text: say('Ask Again'), kind: 'primary', run: () => void this.session.refresh() })}</p>`
          : html`<p class="quiet">${say('Opening the queue…')}</p>`
      }
    </main>`;
  }

  #banners(): TemplateResult {
    const { failure, snapshot } = this.state;
    const banner = snapshot?.banner;
    return html`
      ${
        failure
          ? html`<div class="banner error" role="alert">
              <p>${failure.key ? say('Not saved.') : ''} ${failure.message} ${failure.wayOut ?? ''}</p>
              ${button({ text: say('Dismiss'), run: this.#then(() => this.session.dismissFailure()) })}
            </div>`
          : nothing
      }
      ${
        banner
          ? html`<div class="banner ${banner.kind}" role=${banner.kind === 'error' ? 'alert' : 'note'}>
              <p>${banner.message} ${banner.wayOut ?? ''}</p>
            </div>`
          : nothing
      }
    `;
  }

  #lookingBack(): TemplateResult {
    return html`<div class="looking quiet">
      <span
        >${
          this.state.snapshot?.multiLabel
            ? say('Looking back: change the labels, and save with Enter.')
            : say('Looking back: choose a label to change your answer.')
        }</span
      >
      <button class="link" type="button" @click=${this.#then(() => this.session.clear())}>${say('Clear the answer')}</button>
      <button class="link" type="button" @click=${this.#then(() => this.session.lookAt(undefined))}>
        ${say('Back to the queue')} <kbd class="cap">Esc</kbd>
      </button>
    </div>`;
  }

  #noCard(snapshot: NonNullable<PageState['snapshot']>): TemplateResult {
    if (snapshot.nothingLeft === undefined || this.state.unsaved.length > 0) {
      return html`<p class="quiet">${say('Choosing the next records…')}</p>`;
    }
    return html`<div class="nothing-left">
      <p class="text">${snapshot.nothingLeft}</p>
      ${
        historyOf(this.state).length > 0
          ? button({
              text: say('Look Back'),
              keyCap: '←',
              run: this.#then(() => this.session.perform('previous')),
            })
          : nothing
      }
    </div>`;
  }

  #status(): string {
    const { status, labelled, unsaved } = this.state;
    if (this.slow) return sayOf(unsaved.length, '1 answer not saved yet…', '{0} answers not saved yet…');
    const isSaved = unsaved.length === 0 && status === say('Labelled {0}', labelled);
    return isSaved ? say('Labelled {0}, saved', labelled) : status;
  }

  /** Does something, and gives the focus back to the card: keys keep working after every click. */
  #then(act: () => void): () => void {
    return () => {
      act();
      this.#focusCard();
    };
  }

  /** A new text is read from its beginning. In low panels the whole page scrolls, else the card. */
  #scrollToTop(): void {
    this.renderRoot.querySelector('.card')?.scrollTo(0, 0);
    window.scrollTo(0, 0);
  }

  /** The card takes the focus with the first record found: label keys work at once. */
  #search(query: string): void {
    void this.session.search(query).then(() => this.#focusCard());
  }

  #focusCard(): void {
    (this.renderRoot.querySelector('.card') as HTMLElement | null)?.focus({ preventScroll: true });
  }

  readonly #found = (id: string | undefined): void => {
    this.finding = false;
    if (id !== undefined) this.session.label(id);
  };

  readonly #closeKeys = (): void => {
    if (this.state.showKeys) this.session.perform('toggleKeys');
  };

  /** The browser tells of the end a moment later; by then the keys may be explained again. */
  readonly #keysClosed = (event: Event): void => {
    if ((event.target as HTMLDialogElement).open) return;
    this.#closeKeys();
    this.#focusCard();
  };

  readonly #shown = (): void => {
    if (!document.hidden) void this.session.refresh();
  };

  readonly #key = (event: KeyboardEvent): void => {
    const target = event.composedPath()[0];
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
    // A field, and a button pressed by key, keep their keys: VS Code's single-key commands must not see them.
    if (isField(target) || (isControl(target) && controlKeys.has(event.key))) {
      if (plain) event.stopPropagation();
      return;
    }
    // The dialog itself, and not the state, which hears of its end a moment later: that key would be lost.
    if (this.renderRoot.querySelector('dialog')?.open || !this.state.snapshot) return;
    const { labels, multiLabel = false } = this.state.snapshot;
    const meaning = meaningOf(event, labels, { multiLabel });
    if (!meaning) return;
    switch (meaning.act) {
      case 'label':
        this.session.label(meaning.id);
        this.#focusCard();
        break;
      case 'acceptGuess':
        this.session.acceptGuess();
        break;
      case 'submit':
        this.session.submit();
        break;
      case 'unfold': {
        const card = visibleCard(this.state);
        if (card && folded(card.text) !== undefined) this.unfolded = card.key;
        break;
      }
      case 'find':
        if (visibleCard(this.state)) this.finding = true;
        break;
      case 'escape':
        if (this.finding) this.finding = false;
        else if (lookedAt(this.state)) this.session.lookAt(undefined);
        else if (this.state.snapshot.search) this.#search('');
        else return;
        break;
      case 'nothing':
        break;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  static override styles = [
    look,
    controlStyles,
    cardStyles,
    answerStyles,
    stripStyles,
    guideStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        height: 100vh;
      }
      /* Tall enough that the labels stay where they are while most texts come and go. */
      .beside {
        flex: 0 1 auto;
        display: flex;
        min-height: 40vh;
      }
      .card {
        flex: 1 1 60ch;
        min-width: 0;
        overflow: auto;
        padding: 16px 20px 16px 18px;
        border-inline-start: 2px solid transparent;
      }
      .card:focus {
        outline: none;
        border-inline-start-color: var(--vscode-focusBorder);
      }
      footer {
        flex: 1 0 auto;
        display: flex;
        flex-direction: column;
        gap: 8px;
        padding: 4px 20px 8px;
        border-top: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border, transparent));
      }
      footer .labels {
        max-height: 36vh;
        overflow: auto;
        padding: 2px;
        margin: -2px;
      }
      .banner {
        margin: 8px 20px 0;
      }
      .looking {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 16px;
        margin-bottom: 10px;
        padding: 4px 8px;
        border-inline-start: 3px solid var(--vscode-focusBorder);
        background: var(--vscode-textBlockQuote-background);
        color: var(--vscode-foreground);
      }
      @media (max-width: 700px) {
        .beside {
          flex-direction: column;
          overflow: auto;
        }
        .card,
        .guide {
          flex: none;
          overflow: visible;
        }
      }
      /* Low panels and 200 % zoom: the page scrolls as a whole instead of squeezing the text. */
      @media (max-height: 480px) {
        :host {
          height: auto;
          min-height: 100vh;
        }
        .card,
        .guide {
          overflow: visible;
        }
        footer .labels {
          max-height: none;
        }
      }
    `,
  ];
}

/** Keys that work a focused control. */
const controlKeys = new Set(['Enter', ' ', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End']);

function isField(target: EventTarget | undefined): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLElement && target.isContentEditable)
  );
}

function isControl(target: EventTarget | undefined): boolean {
  return (
    target instanceof HTMLElement && target.closest('button, a[href], summary, [role="button"]') !== null
  );
}

customElements.define('inkling-label-finder', LabelFinder);
customElements.define('inkling-search-bar', SearchBar);
customElements.define('inkling-queue', QueuePage);
