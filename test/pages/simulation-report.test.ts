/** The page of a simulation, opened from disk in a real browser without a network. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { htmlReport } from '../../src/engine/simulate/report.ts';
import { type SimulationReport, simulate } from '../../src/engine/simulate/simulate.ts';
import { fence, type OpenBrowser, openBrowser } from '../support/browser.ts';
import { assertAccessible } from './support/accessibility.ts';

let folder: string;
let report: SimulationReport;
let open: OpenBrowser;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-report-'));
  report = await simulate({
    pool: records(120),
    strategies: ['default', 'margin', 'random'],
    features: ['default', 'tfidf'],
    classifiers: ['logistic'],
    noise: [0, 0.2],
    batches: [20],
    labels: 60,
    seeds: 3,
    audit: true,
    version: 'test',
  });
  open = await openBrowser({ viewport: { width: 1100, height: 800 } });
});
after(async () => {
  await open.browser.close();
  rmSync(folder, { recursive: true, force: true });
});

const facts = {
  title: 'letters <b>&',
  command: "inkling simulate --label 'x'",
  version: '1.0',
  made: '2026-01-02T03:04:05Z',
};

function written(name: string, page: string): string {
  const path = join(folder, name);
  writeFileSync(path, page);
  return pathToFileURL(path).href;
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`${colorScheme}: the page opens offline, says nothing to the console and is accessible`, async () => {
    const context = await open.browser.newContext({ colorScheme, offline: true });
    const foreign = await fence(context, 'http://nowhere.invalid');
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(written('report.html', htmlReport(report, facts)));
    assert.equal(await page.locator('h1').textContent(), 'letters <b>&');
    await assertAccessible(page, colorScheme);
    assert.deepEqual([complaints, foreign], [[], []]);
    await context.close();
  });
}

test('every chart has a table beside it with the same curves, and every curve its verdict', async () => {
  const page = await open.context.newPage();
  await page.goto(written('report.html', htmlReport(report, facts)));
  const charts = page.locator('section:has(figure)');
  assert.equal(await charts.count(), 4, 'accuracy and macro-F1, without wrong answers and with some');
  for (const chart of await charts.all()) {
    const names = await chart.locator('text.name').allTextContents();
    const rows = await chart.locator('tbody th').allTextContents();
    assert.deepEqual(names.toSorted(), rows.map((row) => row.trim()).toSorted());
    assert.equal(
      await chart.locator('path.line:not(.sample *)').count(),
      2 * rows.length,
      'a line and its end',
    );
  }
  const judged = report.runs.filter(({ verdict }) => verdict).length;
  assert.equal(await page.locator('td.saves, td.costs, td.cannot-tell').count(), judged);
  await page.close();
});

test('nothing sticks out of a narrow window', async () => {
  const page = await open.context.newPage();
  await page.setViewportSize({ width: 380, height: 700 });
  await page.goto(written('report.html', htmlReport(report, facts)));
  const [width, wanted] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
  assert.ok(wanted! <= width!, `${wanted} of ${width}`);
  await page.close();
});

/** Two topics that a model can tell apart after a while. */
function records(count: number) {
  const words = ['tea cup sugar milk kettle leaf', 'train rail guard ticket platform seat'].map((own) =>
    own.split(' '),
  );
  const texts = Array.from({ length: count }, (_, at) => {
    const own = words[at % 2]!;
    return `${own[at % 5]} with the ${own[(at * 7) % 6]} and one more number ${at}`;
  });
  return { texts, labels: texts.map((_, at) => (at % 2 === 0 ? 'tea' : 'rail')) };
}
