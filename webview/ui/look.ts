/** What both pages look like: VS Code's own colours, spaces and letters, and nothing hard-coded. */
import { css, html, type TemplateResult } from 'lit';
import { styled } from './styled.ts';

/** Makes a document the size of its panel, without VS Code's default margin. */
export function fitDocument(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('html, body { height: 100%; margin: 0; padding: 0; }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** The nonce of the page's policy, for browsers in which Lit must fall back to style elements. */
export function useNonce(): void {
  const nonce = document.querySelector('meta[property="csp-nonce"]')?.getAttribute('content');
  if (nonce) (window as { litNonce?: string }).litNonce = nonce;
}

/**
 * A label's colour as a small shape beside its name. The name is always there too: colour is never the only cue.
 * Labels without a colour take one of the theme's chart colours, and another shape after every six.
 */
export function swatch(color: string | undefined, index: number): TemplateResult {
  const shape = color ? 0 : Math.floor(index / chartColors.length) % 3;
  const fill = color ?? `var(--vscode-charts-${chartColors[index % chartColors.length]})`;
  return html`<span class="swatch shape-${shape}" aria-hidden="true" ${styled('color', fill)}></span>`;
}

const chartColors = ['blue', 'orange', 'green', 'purple', 'red', 'yellow'];

export const look = css`
  :host {
    box-sizing: border-box;
    color: var(--vscode-foreground);
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size);
    font-weight: var(--vscode-font-weight);
    line-height: 1.45;
  }
  *,
  *::before,
  *::after {
    box-sizing: inherit;
  }
  h1,
  h2,
  p,
  ul,
  ol,
  dl,
  dd {
    margin: 0;
    padding: 0;
    font-size: inherit;
    font-weight: inherit;
  }
  ul,
  ol {
    list-style: none;
  }
  .way {
    color: var(--vscode-descriptionForeground);
  }
  .quiet {
    color: var(--vscode-descriptionForeground);
  }
  .hidden-visually {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .cap {
    display: inline-block;
    min-width: 1.6em;
    padding: 0 0.35em;
    border: 1px solid var(--vscode-contrastBorder, color-mix(in srgb, currentColor 40%, transparent));
    border-radius: 3px;
    font-family: var(--vscode-font-family);
    font-size: 0.85em;
    font-weight: normal;
    line-height: 1.4;
    text-align: center;
    white-space: nowrap;
  }
  .swatch {
    flex: none;
    display: inline-block;
    width: 0.8em;
    height: 0.8em;
    border-radius: 50%;
    background: currentColor;
    /* A ring in the text colour keeps pale colours visible on pale grounds and dark ones on dark. */
    outline: 1px solid color-mix(in srgb, var(--vscode-foreground) 55%, transparent);
    forced-color-adjust: none;
  }
  .swatch.shape-1 {
    border-radius: 0;
  }
  .swatch.shape-2 {
    border: 0.22em solid currentColor;
    background: transparent;
  }
  .link {
    padding: 0;
    border: 0;
    background: none;
    color: var(--vscode-textLink-foreground);
    font: inherit;
    text-align: start;
    cursor: pointer;
    overflow-wrap: anywhere;
  }
  .link:hover {
    color: var(--vscode-textLink-activeForeground);
    text-decoration: underline;
  }
  :focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 2px;
  }
  .ring {
    display: inline-block;
    width: 1.1em;
    height: 1.1em;
    vertical-align: -0.2em;
  }
  .banner {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 12px;
    align-items: center;
    padding: 6px 12px;
    border: 1px solid var(--vscode-inputValidation-infoBorder);
    background: var(--vscode-inputValidation-infoBackground);
    color: var(--vscode-inputValidation-infoForeground, var(--vscode-foreground));
  }
  .banner.error {
    border-color: var(--vscode-inputValidation-errorBorder);
    background: var(--vscode-inputValidation-errorBackground);
    color: var(--vscode-inputValidation-errorForeground, var(--vscode-foreground));
  }
  .banner.warning {
    border-color: var(--vscode-inputValidation-warningBorder);
    background: var(--vscode-inputValidation-warningBackground);
    color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground));
  }
  .banner p {
    flex: 1 1 20em;
    overflow-wrap: anywhere;
  }
`;
