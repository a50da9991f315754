/**
 * The only file that knows the widget toolkit: it registers the few controls used and offers them as templates,
 * so that no feature names a toolkit tag, and another toolkit can take its place here.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
} from '@vscode/webview-ui-toolkit';
import { css, html, nothing, type TemplateResult } from 'lit';

/** Call once, before the page renders. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
  );
}

export interface ButtonOptions {
  readonly text: string;
  readonly run: () => void;
  /** Quiet ones have no ground of their own until pointed at. */
  readonly kind?: 'primary' | 'secondary' | 'quiet';
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
    class=${kind}
    appearance=${kind === 'primary' ? 'primary' : 'secondary'}
    title=${title ?? nothing}
    ?disabled=${disabled ?? false}
    @click=${run}
    ><span class="face">${text}${keyCap ? html`<kbd class="cap">${keyCap}</kbd>` : nothing}</span></vscode-button
  >`;
}

/** To be among the styles of every component that shows a control. */
export const controlStyles = css`
  /* The toolkit gives a span in a button the size of an icon. */
  .face {
    display: inline-flex;
    gap: 7px;
    align-items: center;
    width: auto;
    height: auto;
    white-space: nowrap;
  }
  vscode-button.quiet {
    --button-border: var(--vscode-contrastBorder, transparent);
    border-radius: 4px;
    background: transparent;
    color: var(--vscode-foreground);
  }
  vscode-button.quiet:hover {
    background: var(--vscode-toolbar-hoverBackground);
  }
`;

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
