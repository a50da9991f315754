/** The learning-curve page in a real browser, under the policy that the extension sets. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CurveSnapshot } from '../../src/protocol/curve.ts';
import { until } from '../support/until.ts';
import { assertAccessible } from './support/accessibility.ts';
import { CurveHost, snapshotOf } from './support/curve-host.ts';
import { type OpenOptions, type OpenPage, type PageRig, startRig } from './support/pages.ts';
import { themes } from './support/themes.ts';

let rig: PageRig;
before(async () => {
  rig = await startRig();
});
after(() => rig.close());

interface Open extends OpenPage {
  readonly host: CurveHost;
}

async function withPage(
  snapshot: CurveSnapshot,
  run: (open: Open) => Promise<void>,
  options: OpenOptions & { change?: (host: CurveHost) => void } = {},
): Promise<void> {
  const host = new CurveHost(snapshot);
  options.change?.(host);
  const open = await rig.open('curve', host.attach, options);
  try {
    await open.page.locator('h1, [role=alert]').first().waitFor();
    await run({ ...open, host });
    assert.deepEqual(open.complaints, []);
  } finally {
    await open.close();
  }
}

const usual = snapshotOf(13, 200);

/** Unfolds all evidence. */
async function openAll(page: OpenPage['page']): Promise<void> {
  const folded = page.locator('details:not([open]) > summary');
  while ((await folded.count()) > 0) await folded.first().click();
}

test('what can honestly be said comes first, then the curve with every point, then the labels', async () => {
  await withPage(usual, async ({ page }) => {
    assert.deepEqual(await page.locator('.findings li').allTextContents(), usual.findings);
    assert.equal(await page.locator('.point').count(), 13);
    assert.equal(await page.locator('.bars tbody tr').count(), 5);
    assert.match(
      (await page.locator('.readout').textContent()) ?? '',
      /After 733 answers: 94\.1\s%, between/,
    );
  });
});

test('the arrow keys go from point to point and read each out', async () => {
  await withPage(usual, async ({ page }) => {
    const stops = page.locator('.point[tabindex="0"]');
    assert.equal(await stops.count(), 1, 'all points are one stop of the Tab key');
    await stops.focus();
    await page.keyboard.press('ArrowLeft');
    const label = await page.locator('.point.active').getAttribute('aria-label');
    assert.match(label ?? '', /^543 answers: 93\.1\s%/);
    assert.match((await page.locator('.readout').textContent()) ?? '', /After 543 answers/);
    await page.keyboard.press('Home');
    assert.match((await page.locator('.readout').textContent()) ?? '', /After 20 answers/);
  });
});

test('the pointer reads out the nearest point', async () => {
  await withPage(usual, async ({ page }) => {
    await page.locator('svg.chart').hover({ position: { x: 60, y: 100 } });
    assert.match((await page.locator('.readout').textContent()) ?? '', /After 20 answers/);
  });
});

test('macro-F1 can be chosen instead of accuracy', async () => {
  await withPage(usual, async ({ page }) => {
    await page.getByRole('combobox', { name: 'Measure' }).click();
    await page.getByRole('option', { name: 'Audited macro-F1' }).click();
    await until('the readout follows', async () =>
      /After 733 answers: 88\.0/.test((await page.locator('.readout').textContent()) ?? ''),
    );
  });
});

test('the numbers behind the chart are a table', async () => {
  await withPage(usual, async ({ page }) => {
    await page.getByRole('button', { name: 'Show Table' }).click();
    const table = page.getByRole('region', { name: /numbers/ });
    assert.equal(await table.getByRole('row').count(), 14);
    await assertAccessible(page, 'table');
    await page.getByRole('button', { name: 'Hide Table' }).click();
    await table.waitFor({ state: 'detached' });
  });
});

test('the numbers and the chart are copied through the extension, and it is said', async () => {
  await withPage(usual, async ({ page, host }) => {
    await page.getByRole('button', { name: 'Copy CSV' }).click();
    await until('it is copied', () => host.copied.length === 1);
    assert.equal(
      host.copied[0]?.trimEnd().split('\r\n').length,
      1 + new Set([...usual.points, ...usual.prequential].map(({ labels }) => labels)).size,
    );
    await page.getByRole('status').getByText('The numbers are copied').waitFor();
    await page.getByRole('button', { name: 'Copy SVG' }).click();
    await until('it is copied', () => host.copied.length === 2);
    const copied = await page.evaluate((svg) => {
      const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
      return {
        root: parsed.documentElement.localName,
        variables: svg.includes('var('),
        stroke: parsed.querySelector('path[stroke-dasharray^="7"]')?.getAttribute('stroke'),
        circles: parsed.querySelectorAll('circle').length,
      };
    }, host.copied[1] ?? '');
    assert.deepEqual(copied, { root: 'svg', variables: false, stroke: 'rgb(209, 134, 22)', circles: 13 });
  });
});

test('under the curve: what comes next, whether it is enough, and for whom, each with its evidence folded away', async () => {
  await withPage(usual, async ({ page }) => {
    assert.deepEqual(await page.getByRole('heading', { level: 2 }).allTextContents(), [
      'What comes next',
      'Is it enough?',
      'Label by label',
      'What is taken for what',
      'Do its probabilities hold?',
      'Chosen or drawn at random?',
      'Time and cost',
      'Answers per label',
    ]);
    const plain = (await page.locator('main').textContent())?.replaceAll(/\s+/g, ' ') ?? '';
    assert.match(plain, /likely to bring \+0\.4 points, between \+0\.1 points and \+1\.1 points/);
    assert.match(plain, /may be enough: 1 of 2 \(target reached\)/);
    assert.match(plain, /most often “billing” is taken for “refund” \(9\)/);
    assert.match(plain, /off by 3\.2 points on average over 183 audit answers/);
    assert.match(plain, /between \+1\.2 points and \+9\.0 points .*: choosing pays/);
    assert.match(plain, /4\.0 seconds each\. At 24\.00 an hour that is 19\.55/);
    assert.equal(await page.locator('details[open]').count(), 0);
    assert.ok(await page.locator('svg.chart .ahead').isVisible());
  });
});

test('the evidence opens by keyboard, and with all of it open there is no violation', async () => {
  await withPage(usual, async ({ page }) => {
    const criteria = page.getByText('What each criterion says');
    await criteria.focus();
    await page.keyboard.press('Enter');
    const table = page.getByRole('region', { name: 'Stopping criteria' });
    await table.waitFor();
    assert.equal(await table.getByRole('row').count(), 1 + usual.stopping.length);
    await openAll(page);
    await assertAccessible(page, 'all open');
  });
});

test('the confusion matrix names both sides of every count and opens its records, and many labels make a list', async () => {
  await withPage(usual, async ({ page, host }) => {
    const matrix = page.getByRole('region', { name: 'Confusion matrix' });
    assert.deepEqual(await matrix.getByRole('columnheader').allTextContents(), [
      'billing',
      'refund',
      'delivery',
      'account',
      'other',
    ]);
    const row = matrix.getByRole('row', { name: /^refund/ });
    assert.deepEqual(
      (await row.getByRole('cell').allTextContents()).map((text) => text.trim()),
      ['4', '41', '0', '2', '0'],
    );
    await row
      .getByRole('button', { name: '4 labelled refund, guessed as billing: show them' })
      .press('Enter');
    await until('the shell is asked for the records', () => host.shown.length === 1);
    assert.deepEqual(host.shown, [['L1', 'L0']]);
  });
  const label = usual.labels[0]!;
  const many = Array.from({ length: 30 }, (_, k) => ({ ...label, id: `M${k}`, name: `intent ${k}` }));
  await withPage({ ...usual, labels: many }, async ({ page }) => {
    await page.getByText('The 8 most frequent').click();
    const list = page.getByRole('region', { name: 'Most frequent confusions' });
    assert.match((await list.getByRole('row').nth(1).textContent()) ?? '', /intent 0\s+intent 1\s*9/);
    await assertAccessible(page, 'many labels');
  });
});

test('several annotators are compared, with each other and with themselves', async () => {
  const agreement = {
    records: 40,
    alpha: 0.71,
    pairs: [{ a: 'Ada', b: 'Bob', records: 40, kappa: 0.72 }],
    themselves: [{ by: 'Ada', texts: 8, same: 6 }],
  };
  await withPage({ ...usual, agreement }, async ({ page }) => {
    await page.getByText('Who agrees with whom').click();
    const table = page.getByRole('region', { name: 'Agreement of annotators' });
    const rows = await table.getByRole('row').allTextContents();
    assert.deepEqual(
      rows.slice(1).map((text) => text.trim().replace(/\s+/g, ' ')),
      ['Ada, Bob 40 records0.72', 'Ada 8 repeated texts75 %'],
    );
    assert.ok((await page.locator('main').textContent())?.includes('alpha is 0.71'));
    await assertAccessible(page, 'agreement');
  });
});

test('a name that is markup stays text in every table', async () => {
  const name = '<img src=x onerror=alert(1)>';
  const labels = usual.labels.map((label, k) => (k === 0 ? { ...label, name } : label));
  await withPage({ ...usual, labels }, async ({ page }) => {
    assert.equal(await page.locator('img').count(), 0);
    assert.ok((await page.locator('main').textContent())?.includes(`“${name}” is taken for`));
  });
});

test('a forecast that cannot be made is said, and nothing is drawn', async () => {
  const forecast = { known: false, why: 'The curve is too short to say where it leads.' } as const;
  await withPage({ ...usual, forecast }, async ({ page }) => {
    await page.getByText('What more answers will bring cannot be told yet. The curve is too short').waitFor();
    assert.equal(await page.locator('.ahead').count(), 0);
  });
});

test('the chart is copied as a picture of twice its size', async () => {
  await withPage(usual, async ({ page }) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy PNG' }).click();
    await page.getByRole('status').getByText('The picture is copied').waitFor();
    const [copied, shown] = await page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      const picture = await createImageBitmap((await item?.getType('image/png')) as Blob);
      const chart = document.querySelector('inkling-curve')?.shadowRoot?.querySelector('svg.chart');
      return [
        [picture.width, picture.height],
        ['width', 'height'].map((name) => 2 * Number(chart?.getAttribute(name))),
      ];
    });
    assert.deepEqual(copied, shown);
  });
});

test('copying that fails is said', async () => {
  await withPage(usual, async ({ page, host }) => {
    host.failure = new Error('No clipboard here.');
    await page.getByRole('button', { name: 'Copy CSV' }).click();
    await page.getByRole('status').getByText('Not copied: No clipboard here.').waitFor();
  });
});

test('a fresh snapshot is shown, an older one is not, and the chosen point stays chosen', async () => {
  await withPage(usual, async ({ page, host }) => {
    await page.locator('.point').nth(3).focus();
    await host.show({ ...snapshotOf(14, 220), revision: 3 });
    await until('there is one more point', async () => (await page.locator('.point').count()) === 14);
    await host.show({ ...snapshotOf(2, 10), revision: 2 });
    assert.equal(await page.locator('.point').count(), 14);
    assert.match((await page.locator('.readout').textContent()) ?? '', /After 49 answers/);
  });
});

test('a curve that cannot be opened says why and can be asked for again', async () => {
  await withPage(
    usual,
    async ({ page, host }) => {
      assert.match((await page.getByRole('alert').textContent()) ?? '', /The index is closed/);
      host.failure = undefined;
      await page.getByRole('button', { name: 'Ask Again' }).click();
      await page.locator('svg.chart').waitFor();
    },
    {
      change: (host) => {
        host.failure = new Error('The index is closed.');
      },
    },
  );
});

for (const [name, snapshot] of [
  ['one point', snapshotOf(1, 20)],
  ['guesses but no audit answers', snapshotOf(0, 50)],
  ['nothing yet', snapshotOf(0, 0, { trained: 12, audited: 0, findings: [] })],
  ['5,000 guesses and 20 points', snapshotOf(20, 5000)],
] as const) {
  test(`${name}: the page draws no broken number and has no accessibility violation`, async () => {
    await withPage(snapshot, async ({ page }) => {
      const broken = await page.evaluate(() => {
        const root = document.querySelector('inkling-curve')?.shadowRoot;
        return /NaN|Infinity|undefined/.test(root?.innerHTML ?? '');
      });
      assert.equal(broken, false);
      await assertAccessible(page, name);
    });
  });
}

for (const theme of themes) {
  test(`${theme}: no accessibility violation`, async () => {
    await withPage(
      usual,
      async ({ page }) => {
        await openAll(page);
        await assertAccessible(page, theme);
      },
      { theme },
    );
  });
}

for (const [name, options] of [
  ['320 pixels', { width: 320, height: 700 }],
  ['200 % zoom', { width: 900, height: 700, zoom: 2 }],
] as const) {
  test(`at ${name} nothing runs out of the page`, async () => {
    await withPage(
      usual,
      async ({ page }) => {
        await openAll(page);
        const [content, visible] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.clientWidth,
        ]);
        assert.equal(content, visible);
      },
      options,
    );
  });
}

test('with forced colours the lines are drawn in the text colour, and told apart by dashes', async () => {
  await withPage(
    usual,
    async ({ page }) => {
      const [measured, guessed] = await page.evaluate(() =>
        ['.measured', '.guessed'].map((name) => {
          const line = document
            .querySelector('inkling-curve')
            ?.shadowRoot?.querySelector(`svg.chart ${name}`);
          const style = getComputedStyle(line as Element);
          return { stroke: style.stroke, dashes: style.strokeDasharray };
        }),
      );
      assert.equal(measured?.stroke, guessed?.stroke);
      assert.notEqual(measured?.dashes, guessed?.dashes);
    },
    { theme: 'hc-dark', forcedColors: true },
  );
});

const interval = (value: number) => ({ value, low: value - 0.05, high: value + 0.05 });
const severalLabels: CurveSnapshot = {
  ...usual,
  multiLabel: true,
  none: { trained: 12, audited: 3 },
  points: usual.points.map((point) => ({
    ...point,
    microF1: interval(point.accuracy.value - 0.1),
    hammingLoss: interval(0.12),
  })),
  prequential: [],
  confusion: [],
  agreements: [],
  forecast: { known: false, why: 'It is not offered where a record can have several labels.' },
  againstRandom: { known: false, why: 'It is not offered where a record can have several labels.' },
  stopping: usual.stopping.filter(({ name }) => name === 'budget'),
};

test('where a record can have several labels the curve is micro-F1, with the others to choose from', async () => {
  await withPage(severalLabels, async ({ page, host }) => {
    const readout = page.locator('.readout');
    assert.match(
      (await readout.textContent()) ?? '',
      /After 733 answers: 84\.1\s%, between .*12\.0\s% are wrong/,
    );
    assert.match((await page.locator('.legend').textContent()) ?? '', /Audited micro-F1/);
    assert.equal(await page.locator('.point').count(), 13);
    const choice = page.locator('vscode-dropdown');
    await choice.click();
    assert.deepEqual(
      (await page.locator('vscode-option').allTextContents()).map((text) => text.trim()),
      ['Audited micro-F1', 'Audited macro-F1', 'Audited sets, whole'],
    );
    await page.locator('vscode-option', { hasText: 'whole' }).click();
    await until('the sets are read out', async () => /94\.1/.test((await readout.textContent()) ?? ''));
    await page.getByText('Show Table').click();
    assert.match(
      (await page.locator('thead').first().textContent()) ?? '',
      /Micro-F1.*Whole sets.*Hamming loss/s,
    );
    await page.getByText('Copy CSV').click();
    await until('the numbers are copied', () => host.copied.length === 1);
    assert.match(host.copied[0]!, /^answers,micro_f1,micro_f1_low,micro_f1_high,macro_f1/);
  });
});

test('in place of confusions there is what is given and missed, label by label, and what is not offered is said', async () => {
  await withPage(severalLabels, async ({ page }) => {
    const counts = page.getByRole('region', { name: 'Labels given and missed' });
    const cells = await counts.locator('tbody tr').first().locator('td').allTextContents();
    const { support, guessed, right } = severalLabels.quality[0]!;
    assert.deepEqual(cells.slice(0, 3).map(Number), [right, guessed - right, support - right]);
    assert.equal(await page.getByRole('region', { name: 'Confusion matrix' }).count(), 0);
    assert.match((await page.locator('main').textContent()) ?? '', /there is no forecast, no comparison/);
    assert.match((await page.locator('.bars').textContent()) ?? '', /none of them\s*12\s*3/s);
    await openAll(page);
    await assertAccessible(page, 'several labels');
  });
});
