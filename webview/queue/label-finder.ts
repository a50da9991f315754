/** Finds a label by typing part of its name: a field and a list, for projects with more labels than keys. */
import { css, html, LitElement, nothing } from 'lit';
import type { CardLabel } from '../../src/protocol/queue.ts';
import { look, swatch } from '../ui/look.ts';
import { say } from '../ui/say.ts';
import { matchLabels } from './match-labels.ts';

export class LabelFinder extends LitElement {
  static override properties = {
    labels: { attribute: false },
    chosen: { attribute: false },
    filter: { state: true },
    active: { state: true },
  };

  declare labels: readonly CardLabel[];
  /** Those that are on the card already, where a record can have several. */
  declare chosen: readonly string[];
  /** Told of the label chosen, or of nothing when the finder was left. */
  declare close: (id: string | undefined) => void;
  /** Told whether the field has the focus. */
  declare focused: (focused: boolean) => void;
  declare private filter: string;
  declare private active: number;

  constructor() {
    super();
    this.labels = [];
    this.chosen = [];
    this.filter = '';
    this.active = 0;
  }

  protected override render() {
    const found = matchLabels(this.labels, this.filter);
    const active = Math.min(this.active, found.length - 1);
    return html`
      <input
        type="text"
        role="combobox"
        aria-label=${say('Find a label by name')}
        aria-expanded="true"
        aria-controls="found"
        aria-autocomplete="list"
        aria-activedescendant=${active >= 0 ? `option-${active}` : nothing}
        placeholder=${say("Type part of a label's name")}
        autocomplete="off"
        spellcheck="false"
        .value=${this.filter}
        @input=${(event: Event) => {
          this.filter = (event.target as HTMLInputElement).value;
          this.active = 0;
        }}
        @keydown=${(event: KeyboardEvent) => this.#key(event, found, active)}
        @focus=${() => this.focused(true)}
        @blur=${() => this.focused(false)}
      />
      <div id="found" role="listbox" aria-label=${say('Labels')}>
        ${found.map(
          (label, index) => html`<div
            id="option-${index}"
            role="option"
            aria-selected=${index === active ? 'true' : 'false'}
            @mousedown=${(event: Event) => event.preventDefault()}
            @click=${() => this.close(label.id)}
          >
            ${swatch(label.color, this.labels.indexOf(label))}<span dir="auto">${label.name}</span>
            ${this.chosen.includes(label.id) ? html`<span class="quiet">✓ ${say('chosen')}</span>` : nothing}
            ${label.description ? html`<span class="quiet" dir="auto">${label.description}</span>` : nothing}
          </div>`,
        )}
      </div>
      ${found.length === 0 ? html`<p class="quiet none">${say('No label has “{0}” in its name.', this.filter)}</p>` : nothing}
    `;
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  protected override updated(): void {
    this.renderRoot.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }

  #key(event: KeyboardEvent, found: readonly CardLabel[], active: number): void {
    if (event.isComposing || event.keyCode === 229) return;
    const handled = this.#handle(event.key, found, active);
    if (handled) event.preventDefault();
  }

  #handle(key: string, found: readonly CardLabel[], active: number): boolean {
    switch (key) {
      case 'ArrowDown':
        this.active = Math.min(active + 1, found.length - 1);
        return true;
      case 'ArrowUp':
        this.active = Math.max(active - 1, 0);
        return true;
      case 'Enter': {
        const chosen = found[active];
        if (chosen) this.close(chosen.id);
        return true;
      }
      case 'Escape':
        this.close(undefined);
        return true;
      default:
        return false;
    }
  }

  static override styles = [
    look,
    css`
      :host {
        display: flex;
        flex-direction: column;
        max-width: 32em;
        padding: 6px;
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-editorWidget-border, transparent));
        background: var(--vscode-editorWidget-background);
        color: var(--vscode-editorWidget-foreground, var(--vscode-foreground));
        box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
      }
      input {
        width: 100%;
        padding: 4px 6px;
        border: 1px solid var(--vscode-settings-textInputBorder, var(--vscode-input-border, transparent));
        background: var(--vscode-input-background);
        color: var(--vscode-input-foreground);
        font: inherit;
      }
      input::placeholder {
        color: var(--vscode-input-placeholderForeground);
      }
      input:focus {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: -1px;
      }
      [role='listbox'] {
        overflow: auto;
        max-height: 16em;
        margin-top: 4px;
      }
      [role='option'] {
        display: flex;
        gap: 8px;
        align-items: center;
        padding: 3px 6px;
        cursor: pointer;
        overflow-wrap: anywhere;
      }
      [role='option']:hover {
        background: var(--vscode-list-hoverBackground);
      }
      [role='option'][aria-selected='true'] {
        background: var(--vscode-list-activeSelectionBackground);
        color: var(--vscode-list-activeSelectionForeground);
        outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
        outline-offset: -1px;
      }
      [role='option'][aria-selected='true'] .quiet {
        color: inherit;
      }
      .none {
        padding: 3px 6px;
      }
    `,
  ];
}
