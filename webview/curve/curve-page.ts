/** The learning-curve page: what can honestly be said first, then the curve, its numbers, and the labels. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { CurvePoint, CurveSnapshot } from '../../src/protocol/curve.ts';
import { button, controlStyles, dropdown, progressRing } from '../ui/controls.ts';
import { look } from '../ui/look.ts';
import { say, sayOf, sayWith } from '../ui/say.ts';
import { count, percent, trainingSentence } from '../ui/words.ts';
import { chartStyles, chartTemplate, legend } from './chart.ts';
import { pngOf, standaloneSvg } from './chart-copy.ts';
import { reliabilityStyles } from './reliability-plot.ts';
import {
  agreementSection,
  calibrationSection,
  choiceSection,
  confusionSection,
  costSection,
  countsSection,
  nextSection,
  notOfferedSection,
  qualitySection,
  sectionStyles,
  stopSection,
} from './sections.ts';
import { labelBars, pointsTable, tableStyles } from './tables.ts';
import {
  afterWords,
  csvOf,
  emptyWords,
  guessedBy,
  type Measure,
  measureNames,
  measuresOf,
  summaryOf,
} from './words.ts';

export class CurvePage extends LitElement {
  static override properties = {
    snapshot: { attribute: false },
    failure: { attribute: false },
    measure: { state: true },
    width: { state: true },
    activeLabels: { state: true },
    showTable: { state: true },
    status: { state: true },
  };

  declare snapshot: CurveSnapshot | undefined;
  /** Why the page could not be opened. */
  declare failure: string | undefined;
  declare copy: (text: string) => Promise<void>;
  declare showRecords: (label: string, guessed: string) => Promise<void>;
  declare refresh: () => void;
  /** Undefined until somebody chooses: then the first there is. */
  declare private measure: Measure | undefined;
  declare private width: number;
  /** The number of answers of the point under the pointer or the focus: it stays so when points are added. */
  declare private activeLabels: number | undefined;
  declare private showTable: boolean;
  declare private status: string;
  readonly #resized = new ResizeObserver(() => this.#measureWidth());

  constructor() {
    super();
    this.measure = undefined;
    this.width = 600;
    this.showTable = false;
    this.status = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
    document.addEventListener('visibilitychange', this.#shown);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
    document.removeEventListener('visibilitychange', this.#shown);
  }

  protected override render(): TemplateResult {
    const { snapshot, failure } = this;
    return html`<main>
      ${failure === undefined ? nothing : this.#notOpened(failure)}
      ${snapshot ? this.#page(snapshot) : nothing}
      ${snapshot || failure !== undefined ? nothing : html`<p class="quiet">${say('Opening the curve…')}</p>`}
      <div class="hidden-visually" role="status" aria-live="polite">${this.status}</div>
    </main>`;
  }

  #page(snapshot: CurveSnapshot): TemplateResult {
    const { points, prequential, findings, labels, trained, audited, records, training } = snapshot;
    const hasChart = points.length > 0 || prequential.length > 0;
    return html`
      <header>
        <h1>${sayWith('{0}: learning curve', html`<bdi>${snapshot.project}</bdi>`)}</h1>
        <p class="quiet">
          ${sayOf(
            trained,
            '1 answer learned from, {1} to measure, of {2}.',
            '{0} answers learned from, {1} to measure, of {2}.',
            count(audited),
            sayOf(records, '1 record', '{0} records'),
          )}
        </p>
        <p class="quiet">
          ${training.phase === 'running' ? progressRing() : nothing} ${trainingSentence(training)}
        </p>
      </header>
      ${
        findings.length > 0
          ? html`<ul class="findings">
              ${findings.map((finding) => html`<li>${finding}</li>`)}
            </ul>`
          : nothing
      }
      ${
        hasChart
          ? this.#curve(snapshot)
          : html`<section class="empty"><p>${emptyWords(snapshot)}</p></section>`
      }
      ${
        points.length > 0
          ? snapshot.multiLabel
            ? html`${stopSection(snapshot)} ${qualitySection(snapshot)} ${countsSection(snapshot)} ${notOfferedSection()}`
            : html`${nextSection(snapshot)} ${stopSection(snapshot)} ${qualitySection(snapshot)}
            ${confusionSection(snapshot, (label, guessed) => void this.showRecords(label, guessed))} ${calibrationSection(snapshot)} ${choiceSection(snapshot)}`
          : nothing
      }
      ${agreementSection(snapshot)} ${snapshot.spent.answers > 0 ? costSection(snapshot) : nothing}
      ${
        labels.length > 0
          ? html`<section>
              <h2>${say('Answers per label')}</h2>
              ${labelBars(labels, snapshot.none)}
            </section>`
          : nothing
      }
    `;
  }

  #curve(snapshot: CurveSnapshot): TemplateResult {
    const { points } = snapshot;
    const measure = this.#measureOf(snapshot);
    const place = points.findIndex((point) => point.labels === this.activeLabels);
    return html`<section aria-label=${say('Learning curve')}>
      <div class="tools">
        ${
          points.length > 0
            ? dropdown<Measure>(
                say('Measure'),
                measuresOf(snapshot).map((each) => [each, measureNames[each]] as const),
                measure,
                (chosen) => {
                  this.measure = chosen;
                },
              )
            : nothing
        }
        <span class="spread"></span>
        ${button({
          text: this.showTable ? say('Hide Table') : say('Show Table'),
          run: () => {
            this.showTable = !this.showTable;
          },
        })}
        ${button({ text: say('Copy CSV'), run: () => void this.#copy(csvOf(snapshot), say('The numbers are copied')) })}
        ${button({ text: say('Copy SVG'), run: () => void this.#copySvg() })}
        ${button({ text: say('Copy PNG'), run: () => void this.#copyPng() })}
      </div>
      <p class="hidden-visually">${summaryOf(snapshot, measure)}</p>
      ${chartTemplate({
        snapshot,
        measure,
        width: this.width,
        active: place === -1 ? undefined : place,
        activate: (index) => {
          this.activeLabels = points[index ?? -1]?.labels;
        },
      })}
      ${legend(snapshot, measure)}
      <p class="readout">${this.#readout(snapshot, measure)}</p>
      ${this.showTable ? pointsTable(snapshot) : nothing}
    </section>`;
  }

  #measureOf(snapshot: CurveSnapshot): Measure {
    const offered = measuresOf(snapshot);
    return offered.find((measure) => measure === this.measure) ?? offered[0]!;
  }

  /** The point under the pointer or the focus, else the last one. */
  #readout({ points, prequential }: CurveSnapshot, measure: Measure): string {
    const point = points.find(({ labels }) => labels === this.activeLabels) ?? points.at(-1);
    if (!point) {
      return say(
        'There is no audit answer yet, so only the guesses before each answer can be shown: the harder records are asked first, so these look worse than the model is.',
      );
    }
    const guessed = guessedBy(prequential, point.labels);
    const before =
      guessed === undefined
        ? ''
        : ` ${say('Up to there, {0} of the latest guesses were right before the answer.', percent(guessed))}`;
    return `${afterWords(point, measure)}${before}${hammingWords(point)}`;
  }

  #notOpened(failure: string): TemplateResult {
    return html`<div class="banner error" role="alert">
      <p>${failure}</p>
      ${button({ text: say('Ask Again'), run: () => this.refresh() })}
    </div>`;
  }

  async #copySvg(): Promise<void> {
    const chart = this.#chart();
    if (chart) await this.#copy(standaloneSvg(chart), say('The chart is copied'));
  }

  /** Through the browser's own clipboard: VS Code's takes text only. */
  async #copyPng(): Promise<void> {
    const chart = this.#chart();
    if (!chart) return;
    await this.#say(say('The picture is copied'), () =>
      navigator.clipboard.write([new ClipboardItem({ 'image/png': pngOf(chart) })]),
    );
  }

  #chart(): SVGSVGElement | null {
    return this.renderRoot.querySelector<SVGSVGElement>('svg.chart');
  }

  #copy(text: string, done: string): Promise<void> {
    return this.#say(done, () => this.copy(text));
  }

  async #say(done: string, copy: () => Promise<void>): Promise<void> {
    try {
      await copy();
      this.status = done;
    } catch (error) {
      this.status = say('Not copied: {0}', error instanceof Error ? error.message : String(error));
    }
  }

  #measureWidth(): void {
    const style = getComputedStyle(this);
    const width =
      this.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
    this.width = Math.round(Math.max(240, Math.min(960, width)));
  }

  readonly #shown = (): void => {
    if (!document.hidden) this.refresh();
  };

  static override styles = [
    look,
    controlStyles,
    chartStyles,
    tableStyles,
    sectionStyles,
    reliabilityStyles,
    css`
      :host {
        display: block;
        padding: 14px 20px 24px;
      }
      h1,
      h2 {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      h1 {
        font-size: 1.25em;
      }
      h2 {
        margin-bottom: 4px;
      }
      section {
        margin-top: 24px;
      }
      .findings {
        max-width: 76ch;
        margin-top: 14px;
        padding-inline-start: 12px;
        border-inline-start: 3px solid var(--vscode-charts-blue, currentColor);
      }
      .findings li {
        padding: 2px 0;
      }
      .findings li:first-child {
        font-size: 1.2em;
      }
      .tools {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        align-items: center;
        max-width: 960px;
      }
      .spread {
        flex: 1;
      }
      .readout {
        min-height: 2.9em;
        margin-top: 8px;
        max-width: 90ch;
      }
      .empty {
        max-width: 70ch;
        font-size: 1.1em;
      }
    `,
  ];
}

/** Where a record can have several labels. */
function hammingWords({ hammingLoss }: CurvePoint): string {
  if (!hammingLoss) return '';
  return ` ${say('Of all decisions, label by label, {0} are wrong (Hamming loss).', percent(hammingLoss.value, 1))}`;
}

customElements.define('inkling-curve', CurvePage);
