/**
 * The only file that knows the widget toolkit: it registers the few controls used and offers them as templates,
 * so that no feature names a toolkit tag, and another toolkit can take its place here.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeBadge,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDivider,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
} from '@vscode/webview-ui-toolkit';
import { html, nothing, type TemplateResult } from 'lit';

/** Call once, before the page renders. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeBadge(),
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDivider(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
  );
}

export interface ButtonOptions {
  readonly text: string;
  readonly run: () => void;
  readonly kind?: 'primary' | 'secondary';
  readonly title?: string;
  readonly keyCap?: string;
  readonly disabled?: boolean;
}

export function button({
  text,
  run,
  kind = 'secondary',
  title,
  keyCap,
  disabled,
}: ButtonOptions): TemplateResult {
  return html`<vscode-button
    appearance=${kind}
    title=${title ?? nothing}
    ?disabled=${disabled ?? false}
    @click=${run}
    ><span class="face">${text}${keyCap ? html`<kbd class="cap">${keyCap}</kbd>` : nothing}</span></vscode-button
  >`;
}

export function checkbox(text: string, checked: boolean, change: (checked: boolean) => void): TemplateResult {
  return html`<vscode-checkbox
    .checked=${checked}
    @change=${(event: Event) => change((event.target as HTMLInputElement).checked)}
    >${text}</vscode-checkbox
  >`;
}

export function dropdown<Value extends string>(
  label: string,
  options: readonly (readonly [value: Value, text: string])[],
  selected: Value,
  change: (value: Value) => void,
): TemplateResult {
  return html`<vscode-dropdown
    aria-label=${label}
    @change=${(event: Event) => change((event.target as HTMLSelectElement).value as Value)}
    >${options.map(
      ([value, text]) =>
        html`<vscode-option value=${value} ?selected=${value === selected}>${text}</vscode-option>`,
    )}</vscode-dropdown
  >`;
}

/** Turns while something is being worked on. The words beside it say what. */
export function progressRing(): TemplateResult {
  return html`<vscode-progress-ring class="ring" aria-hidden="true"></vscode-progress-ring>`;
}

export function badge(text: string): TemplateResult {
  return html`<vscode-badge>${text}</vscode-badge>`;
}

export function divider(): TemplateResult {
  return html`<vscode-divider role="presentation"></vscode-divider>`;
}
