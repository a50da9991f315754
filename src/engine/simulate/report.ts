/** A simulation as one page to show: the verdict in words, curves with their intervals, a table beside each of them. */
import { replaceFile, writeAll } from '../../journal/durable.ts';
import { colourOf, curveChart, escaped, lineSample, percent, type Series } from './chart.ts';
import { type Arm, isSameArm } from './grid.ts';
import type { SimulationReport } from './simulate.ts';
import type { ArmReport, SimulatedPoint, Verdict } from './summary.ts';

export interface ReportFacts {
  /** What was labelled, as the person calls it. */
  readonly title: string;
  /** How to make the page again. */
  readonly command: string;
  readonly version: string;
  /** ISO 8601. */
  readonly made: string;
}

/** More lines than this in one chart can't be told apart: then it is cut into several. */
const MOST_LINES = 8;
const FEATURES = { default: 'default features', pool: 'pool features', tfidf: 'tf-idf' } as const;

/** One HTML file that needs nothing else: no network, no script. */
export function htmlReport(report: SimulationReport, facts: ReportFacts): string {
  const name = namesOf(report.runs);
  const panels = panelsOf(report.runs);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(facts.title)}: how fast each way of asking learns</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<p class="over">Simulated labeling</p>
<h1>${escaped(facts.title)}</h1>
<p class="lead">${lead(report, name)}</p>
${factsList(report)}
</header>
${verdicts(report, name)}
${panels.map((panel) => panelSection(panel, namesOf(panel.runs))).join('\n')}
${audits(report, name)}
${notes(report, facts)}
</main>
</body>
</html>
`;
}

/** Replaces the file whole. */
export function writeReport(path: string, content: string): Promise<void> {
  return replaceFile(path, (file) => writeAll(file, Buffer.from(content)));
}

/** A run's name: its strategy, and whatever else differs between the runs. */
export function namesOf(runs: readonly Arm[]): (arm: Arm) => string {
  const differs = (value: (arm: Arm) => unknown) => new Set(runs.map(value)).size > 1;
  const [features, classifier, noise, batch] = [
    differs((arm) => arm.features),
    differs((arm) => arm.classifier),
    differs((arm) => arm.noise),
    differs((arm) => arm.batch),
  ];
  // The start goes with the strategy mostly: it is said only where one was run from both.
  const bothStarts = (arm: Arm) =>
    runs.some((other) => other.start !== arm.start && isSameArm({ ...other, start: arm.start }, arm));
  return (arm) =>
    [
      arm.strategy,
      ...(features ? [FEATURES[arm.features]] : []),
      ...(classifier ? [arm.classifier] : []),
      ...(bothStarts(arm) ? [arm.start === 'random' ? 'random start' : 'cluster start'] : []),
      ...(noise ? [noiseWords(arm)] : []),
      ...(batch ? [batchWords(arm)] : []),
    ].join(', ');
}

/** A verdict as a sentence's end, after the name of the run. */
export function verdictWords(verdict: Verdict): string {
  if (!verdict.known) return `cannot be judged. ${verdict.why}`;
  const { outcome, measure, difference, labels, needed } = verdict;
  const range = `${points(difference.value)} of ${measure} on average (95 % interval ${points(difference.low)} to ${points(difference.high)})`;
  switch (outcome) {
    case 'saves':
      return needed.value === undefined
        ? `beats random: ${range}.`
        : `reaches what random reaches with ${count(labels)} labels after about ${count(needed.value)} (${count(needed.low ?? needed.value)} to ${needed.high === undefined ? `more than ${count(labels)}` : count(needed.high)}): ${percent(1 - needed.value / labels, 0)} fewer. ${range}.`;
    case 'costs':
      return `does worse than random: ${range}.`;
    case 'cannot tell':
      return `cannot be told from random: ${range}.`;
  }
}

function lead(report: SimulationReport, name: (arm: Arm) => string): string {
  const judged = report.runs.filter(({ verdict }) => verdict?.known && verdict.outcome === 'saves');
  const best = judged.toSorted((a, b) => gainOf(b) - gainOf(a))[0];
  if (best?.verdict) return `<strong>${escaped(name(best))}</strong> ${escaped(verdictWords(best.verdict))}`;
  if (report.runs.some(({ verdict }) => verdict?.known))
    return 'No way of choosing records can be shown to beat drawing them at random here.';
  return 'Each curve is the mean of several runs; the band is where the mean lies with 95 % confidence.';
}

function gainOf({ verdict }: ArmReport): number {
  return verdict?.known ? verdict.difference.value : 0;
}

function factsList({ records, labels, seeds, runs }: SimulationReport): string {
  const facts = [
    ['records to ask about', count(records.pool)],
    [
      records.heldOut ? 'records held out to measure, drawn anew for each run' : 'records to measure with',
      count(records.test),
    ],
    ['labels there are', count(records.classes)],
    ['labels spent in a run', count(labels)],
    ['runs of each', count(seeds)],
    ['ways compared', count(runs.length)],
  ];
  return `<dl class="facts">${facts.map(([term, value]) => `<div><dt>${term}</dt><dd>${value}</dd></div>`).join('')}</dl>`;
}

function verdicts(report: SimulationReport, name: (arm: Arm) => string): string {
  const judged = report.runs.filter(({ verdict }) => verdict);
  if (judged.length === 0) return '';
  const isOfSets = judged.some(({ verdict }) => verdict?.known && verdict.measure === 'micro-F1');
  const rows = judged.map((run) => {
    const verdict = run.verdict!;
    if (!verdict.known)
      return `<tr><th scope="row">${escaped(name(run))}</th><td colspan="5">Cannot tell. ${escaped(verdict.why)}</td></tr>`;
    const { outcome, difference, macroF1, labels, needed } = verdict;
    const mark = { saves: '▲ saves labels', costs: '▼ costs labels', 'cannot tell': '● cannot tell' }[
      outcome
    ];
    const saved =
      needed.value === undefined
        ? `more than ${count(labels)}`
        : `${count(needed.value)} of ${count(labels)}`;
    const range = `${needed.low === undefined ? `more than ${count(labels)}` : count(needed.low)} to ${needed.high === undefined ? `more than ${count(labels)}` : count(needed.high)}`;
    return `<tr><th scope="row">${escaped(name(run))}</th><td class="${outcome.replace(' ', '-')}">${mark}</td><td>${saved}</td><td>${needed.value === undefined && needed.low === undefined ? '–' : range}</td><td>${points(difference.value)} <span class="range">${points(difference.low)} to ${points(difference.high)}</span></td><td>${points(macroF1.value)} <span class="range">${points(macroF1.low)} to ${points(macroF1.high)}</span></td></tr>`;
  });
  return `<section>
<h2>Does choosing pay?</h2>
<p>Each way against drawing at random with the same features, the same classifier and the same first 20 records.</p>
<div class="scroll" tabindex="0"><table>
<caption class="unseen">Verdicts against random</caption>
<thead><tr><th scope="col">Way of asking</th><th scope="col">Verdict</th><th scope="col">Labels needed for what random reaches at the end</th><th scope="col">95 % interval</th><th scope="col">${isOfSets ? 'Micro-F1' : 'Accuracy'}, mean difference</th><th scope="col">Macro-F1, mean difference</th></tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>
</section>`;
}

interface Panel {
  readonly title: string;
  readonly runs: readonly ArmReport[];
}

/** All in one chart as long as they can be told apart; else cut by noise, then batch size, classifier and features. */
function panelsOf(runs: readonly ArmReport[]): Panel[] {
  const cuts: readonly ((arm: Arm) => string)[] = [
    (arm) => noiseWords(arm),
    (arm) => batchWords(arm),
    (arm) => arm.classifier,
    (arm) => FEATURES[arm.features],
  ];
  let panels: Panel[] = [{ title: '', runs }];
  for (const cut of cuts) {
    if (panels.every((panel) => panel.runs.length <= MOST_LINES)) break;
    if (new Set(runs.map(cut)).size < 2) continue;
    panels = panels.flatMap((panel) =>
      [...Map.groupBy(panel.runs, cut)].map(([value, part]) => ({
        title: panel.title === '' ? value : `${panel.title}, ${value}`,
        runs: part,
      })),
    );
  }
  return panels;
}

function panelSection({ title, runs }: Panel, name: (arm: Arm) => string): string {
  return metricsOf(runs)
    .map((metric) => {
      const { measure, explained } = MEASURES[metric];
      const series = runs.map(
        (run): Series => ({ name: name(run), points: run.rounds.map((point) => chartPoint(point, metric)) }),
      );
      const heading = `${measure}${title === '' ? '' : `: ${title}`}`;
      return `<section>
<h2>${escaped(heading)}</h2>
<p>${explained} Lines are means, bands their 95 % intervals.</p>
<figure>
${curveChart(series, { measure, description: `${heading} against labels, ${runs.length} curves; the table has the figures.` })}
<figcaption class="unseen">${escaped(heading)}</figcaption>
</figure>
${curveTable(runs, metric, heading, name)}
</section>`;
    })
    .join('\n');
}

type ShownMetric = 'accuracy' | 'macroF1' | 'microF1';

const MEASURES: Readonly<Record<ShownMetric, { readonly measure: string; readonly explained: string }>> = {
  accuracy: {
    measure: 'Accuracy',
    explained: 'The share of records that measure for which the model is right.',
  },
  macroF1: {
    measure: 'Macro-F1',
    explained: 'The mean F1 of all labels, rare ones counting as much as common ones.',
  },
  microF1: {
    measure: 'Micro-F1',
    explained: 'The F1 of all labels of all records together.',
  },
};

function metricsOf(runs: readonly ArmReport[]): readonly ShownMetric[] {
  return runs[0]?.rounds[0]?.microF1 ? ['microF1', 'macroF1'] : ['accuracy', 'macroF1'];
}

function chartPoint({ labels, ...metrics }: SimulatedPoint, metric: ShownMetric): Series['points'][number] {
  const { mean, interval } = metrics[metric] ?? metrics.accuracy;
  return { labels, value: mean, ...(interval ? { band: interval } : {}) };
}

function curveTable(
  runs: readonly ArmReport[],
  metric: ShownMetric,
  heading: string,
  name: (arm: Arm) => string,
): string {
  const counts = [...new Set(runs.flatMap(({ curve }) => curve.map(({ labels }) => labels)))].sort(
    (a, b) => a - b,
  );
  const rows = runs.map((run, at) => {
    const cells = counts.map((labels) => {
      const point = run.curve.find((one) => one.labels === labels);
      if (!point) return '<td>–</td>';
      const { mean, interval } = point[metric] ?? point.accuracy;
      const range = interval
        ? ` <span class="range">${(100 * interval[0]).toFixed(1)} – ${(100 * interval[1]).toFixed(1)}</span>`
        : '';
      return `<td>${percent(mean)}${range}</td>`;
    });
    return `<tr class="${colourOf(at)}"><th scope="row">${lineSample(at)} ${escaped(name(run))}</th>${cells.join('')}</tr>`;
  });
  return `<div class="scroll" tabindex="0"><table>
<caption class="unseen">${escaped(heading)} at round numbers of labels</caption>
<thead><tr><th scope="col">Labels</th>${counts.map((labels) => `<th scope="col">${count(labels)}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>`;
}

function audits(report: SimulationReport, name: (arm: Arm) => string): string {
  const audited = report.runs.filter(({ audit }) => audit);
  if (audited.length === 0) return '';
  const rows = audited.map((run) => {
    const { intervals, held, width } = run.audit!;
    return `<tr><th scope="row">${escaped(name(run))}</th><td>${percent(held / intervals)}</td><td>${count(intervals)}</td><td>${points(width).replace('+', '')}</td></tr>`;
  });
  return `<section>
<h2>What the audit would have said</h2>
<p>One answer in ten went to a record drawn at random that only measures. How often its 95 % interval held the accuracy on the records that measure; the intervals of one run share their answers, so they hold or miss together.</p>
<div class="scroll" tabindex="0"><table>
<caption class="unseen">Audit intervals</caption>
<thead><tr><th scope="col">Way of asking</th><th scope="col">Held</th><th scope="col">Intervals</th><th scope="col">Width at the end</th></tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>
</section>`;
}

function notes({ records, seeds }: SimulationReport, { command, version, made }: ReportFacts): string {
  return `<section class="notes">
<h2>How to read this</h2>
<ul>
<li>The labels of all records were known; each was shown to the learner only when it asked for it. After every batch the model was measured on records that are never asked about${records.heldOut ? ': another part for every run' : ''}.</li>
<li>Each way ran ${count(seeds)} times with other random choices. An interval says how far the mean of so few runs may be off, by Student’s t; it says nothing of other data.</li>
<li>“Saves” and “costs” are said only where the 95 % interval of the mean difference over the whole curve, run against run, leaves zero out. The interval of the labels needed comes from drawing the runs anew 1,000 times.</li>
<li><em>Default features</em> are learned from the records without labels, with general word vectors where these are English; <em>pool features</em> from the records alone; <em>tf-idf</em> is the plain baseline. Random with the same features shows what choosing adds; random on tf-idf shows what both add.</li>
</ul>
<p class="made">Made by Inkling ${escaped(version)} on ${escaped(made.slice(0, 10))} with</p>
<pre><code>${escaped(command)}</code></pre>
</section>`;
}

function noiseWords({ noise }: Arm): string {
  if (noise === 'recorded') return 'recorded answers';
  return noise === 0 ? 'none wrong' : `${percent(noise, 0)} wrong`;
}

function batchWords({ batch }: Arm): string {
  return batch === 1 ? 'one at a time' : `${batch} at a time`;
}

/** `+1.4 points`. */
function points(share: number): string {
  const value = (100 * share).toFixed(1);
  return `${share < 0 ? '' : '+'}${value.replace('-', '−')}\u00a0points`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

// Colours keep a contrast of at least 4.5 with their ground, light and dark.
const STYLE = `
:root { color-scheme: light dark; --ground: #fff; --ink: #1d2330; --quiet: #586073; --rule: #dde1e8; --raised: #f6f7f9;
  --c0: #0b57b7; --c1: #b3480a; --c2: #1a7340; --c3: #8a2f8f; --c4: #a3293f; --c5: #0b6e78; --c6: #6b5a00; --c7: #5a5a5a; }
@media (prefers-color-scheme: dark) { :root { --ground: #15181e; --ink: #e6e9ef; --quiet: #a2abbb; --rule: #333a46; --raised: #1d222a;
  --c0: #7ab2ff; --c1: #ffab73; --c2: #78d39b; --c3: #e29be6; --c4: #ff94a3; --c5: #6bd3dd; --c6: #dcc75a; --c7: #bdbdbd; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 3rem 1.5rem 4rem; }
.over { margin: 0; color: var(--quiet); font-size: .875rem; letter-spacing: .04em; }
h1 { margin: .1rem 0 1rem; font-size: 2rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 0 0 .35rem; font-size: 1.25rem; }
section { margin-top: 3rem; }
p { margin: 0 0 1rem; max-width: 46rem; }
.lead { font-size: 1.125rem; }
.facts { display: flex; flex-wrap: wrap; gap: .75rem 2.5rem; margin: 1.5rem 0 0; padding: 1rem 0; border-block: 1px solid var(--rule); }
.facts div { display: flex; flex-direction: column-reverse; max-width: 12rem; }
.facts dt { color: var(--quiet); font-size: .8125rem; line-height: 1.35; }
.facts dd { margin: 0; font-size: 1.375rem; font-variant-numeric: tabular-nums; }
figure { margin: 0 0 1rem; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--ink); font-size: 13px; }
svg .tick { fill: var(--quiet); font-size: 12px; font-variant-numeric: tabular-nums; }
svg .measure { font-weight: 600; }
.grid { stroke: var(--rule); } .axis { stroke: var(--quiet); }
.line { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round; }
.band { fill: var(--c); opacity: .13; }
circle { fill: var(--c); opacity: 0; } circle:hover { opacity: .45; }
${Array.from({ length: 8 }, (_, at) => `.c${at} { --c: var(--c${at}); }`).join(' ')}
.sample { display: inline-block; width: 24px; height: 8px; margin-right: .35rem; vertical-align: middle; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid var(--c0); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .45rem .7rem; border-bottom: 1px solid var(--rule); text-align: right; vertical-align: top; }
th:first-child { text-align: left; }
thead th { color: var(--quiet); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 500; white-space: nowrap; }
.range { display: block; color: var(--quiet); font-size: .75rem; white-space: nowrap; }
.saves, .costs, .cannot-tell { white-space: nowrap; font-weight: 600; }
.saves { color: var(--c2); } .costs { color: var(--c4); } .cannot-tell { color: var(--quiet); }
.notes li { max-width: 46rem; margin-bottom: .4rem; }
.made { margin-top: 1.5rem; color: var(--quiet); font-size: .875rem; }
pre { margin: 0; padding: .8rem 1rem; overflow-x: auto; background: var(--raised); border-radius: 6px; font-size: .8125rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media print { main { max-width: none; padding: 0; } section { break-inside: avoid; } }
`;
