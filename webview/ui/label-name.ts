/** A label's name; of a path such as `billing/refund` the way to it is quieter than its end. */
import { html, type TemplateResult } from 'lit';

export function labelName(name: string): TemplateResult {
  const end = name.lastIndexOf('/') + 1;
  // A slash at either end leads nowhere.
  if (end <= 1 || end === name.length) return html`<bdi>${name}</bdi>`;
  return html`<bdi><span class="way">${name.slice(0, end)}</span>${name.slice(end)}</bdi>`;
}
