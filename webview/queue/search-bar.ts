/** The field that finds records: a line above the card, there while something is searched for. */
import { css, html, LitElement, nothing } from 'lit';
import { look } from '../ui/look.ts';
import { say, sayOf } from '../ui/say.ts';
import { count } from '../ui/words.ts';

export class SearchBar extends LitElement {
  static override properties = {
    asked: { attribute: false },
    query: { attribute: false },
    found: { attribute: false },
    sample: { attribute: false },
  };

  /** Whether somebody has just asked for the field, and is about to type. */
  declare asked: boolean;
  /** What is shown now; empty before the first search. */
  declare query: string;
  /** How many records it found; undefined before the first search. */
  declare found: number | undefined;
  /** The random part that is answered first; undefined before one is drawn. */
  declare sample: { readonly answered: number; readonly drawn: number } | undefined;
  declare labelAll: () => void;
  /** Told what to search for; nothing goes back to the model's choice. */
  declare search: (query: string) => void;
  declare close: () => void;
  /** Told whether the field has the focus. */
  declare focused: (focused: boolean) => void;

  constructor() {
    super();
    this.asked = false;
    this.query = '';
    this.found = undefined;
    this.sample = undefined;
  }

  protected override render() {
    return html`
      <input
        type="search"
        aria-label=${say('Find records')}
        placeholder=${say('Words, label:name, is:unlabelled, is:flagged, is:stale, file:part, guess:name')}
        autocomplete="off"
        spellcheck="false"
        .value=${this.query}
        @keydown=${(event: KeyboardEvent) => this.#key(event)}
        @focus=${() => this.focused(true)}
        @blur=${() => this.focused(false)}
      />
      <span class="quiet" role="status"
        >${this.found === undefined ? nothing : this.#foundSentence(this.found)}</span
      >
      ${
        this.found
          ? html`<button class="link" type="button" @click=${() => this.labelAll()}>
              ${say('Label them all…')} <kbd class="cap">a</kbd>
            </button>`
          : nothing
      }
      <button class="link" type="button" @click=${() => this.close()}>
        ${say('Back to the queue')} <kbd class="cap">Esc</kbd>
      </button>
    `;
  }

  protected override firstUpdated(): void {
    if (this.asked) this.renderRoot.querySelector('input')?.focus();
  }

  #foundSentence(found: number): string {
    if (!this.sample) return sayOf(found, '1 record found', '{0} records found');
    const { answered, drawn } = this.sample;
    return answered < drawn
      ? sayOf(
          found,
          '1 record found, {1} of {2} drawn at random answered',
          '{0} records found, {1} of {2} drawn at random answered',
          count(answered),
          count(drawn),
        )
      : sayOf(
          found,
          '1 record found, {1} answered at random',
          '{0} records found, {1} answered at random',
          count(drawn),
        );
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter') this.search((event.target as HTMLInputElement).value);
    else if (event.key === 'Escape') this.close();
    else return;
    event.preventDefault();
  }

  static override styles = [
    look,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 12px;
        padding: 8px 20px 0;
      }
      input {
        flex: 1 1 16em;
        min-width: 0;
        padding: 4px 6px;
        font: inherit;
        color: var(--vscode-input-foreground);
        background: var(--vscode-input-background);
        border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, transparent));
      }
      input:focus {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: -1px;
      }
    `,
  ];
}
