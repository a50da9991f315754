/** Every string of the public attack collections, in the real page: shown literally, and nothing else happens. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { CurveSnapshot } from '../../src/protocol/curve.ts';
import type { CardLabel } from '../../src/protocol/queue.ts';
import { sharedFile, skipUnlessShared } from '../support/shared.ts';
import { CurveHost, snapshotOf } from './support/curve-host.ts';
import { startRig } from './support/pages.ts';
import { cardsOf, QueueHost } from './support/queue-host.ts';

/** What takes one elsewhere or brings something here: no page of ours has any, hostile strings or not. */
const ALIVE = new Set(['a', 'audio', 'embed', 'form', 'iframe', 'img', 'object', 'video']);
/** So many strings share a card: each is a field, a word for and against the guess and a label, and all are its text. */
const perCard = 300;
/** So many cards follow after those, each with the file name, the reason and the label guessed of one string. */
const namedCards = 150;
/** And so many names of labels are shown on the curve page. */
const curveNames = 1500;

test(
  'xss and blns: no string makes an element, a dialog, a request or an error, and all are shown literally',
  skipUnlessShared('suites', 'xss/payloads.jsonl'),
  async (context) => {
    const strings = hostileStrings();
    const chunks: string[][] = [];
    for (let start = 0; start < strings.length; start += perCard)
      chunks.push(strings.slice(start, start + perCard));
    const cards = chunks.map((chunk, index) => ({
      ...cardsOf([chunk.join('\n')])[0]!,
      key: `h${index}`,
      src: chunk[0]!,
      why: chunk[1] ?? '',
      fields: chunk.map((text) => [text, text] as const),
      guess: { label: 'L0', p: 0.5 },
    }));
    const rig = await startRig();
    try {
      const host = new QueueHost(cards, labelsOf(chunks[0]!), 2);
      // Each string is a word that speaks for the guess, and against it.
      host.words = Object.fromEntries(
        chunks.map((chunk, index) => [
          `h${index}`,
          chunk.flatMap((word) => [
            { word, weight: 1 },
            { word, weight: -1 },
          ]),
        ]),
      );
      const { page, complaints, close } = await rig.open('queue', host.attach);
      refuseDialogs(page, complaints);
      await page.locator('.card .text').waitFor();
      await host.perform('toggleWhy');
      const expected = await page.evaluate(elementNames);

      const allowed = new Set([...expected, 'span', 'ol', 'li', 'bdi', 'p', 'button']);
      for (const [index, chunk] of chunks.entries()) {
        await page.locator('.card .text').waitFor();
        await page.keyboard.press('Shift+Enter');
        await host.show({ revision: 1000 + 2 * index, labels: labelsOf(chunk), project: chunk[2] ?? '' });
        await page.locator('.words').nth(1).waitFor();
        const shown = await page.evaluate(() => {
          const root = document.querySelector('inkling-queue')?.shadowRoot;
          const texts = (selector: string) =>
            Array.from(root?.querySelectorAll(selector) ?? [], (element) => element.textContent);
          const [names, values] = [texts('.fields dt'), texts('.fields dd')];
          const [text] = texts('.card .text');
          return { text, names, values, labels: texts('.label .name'), words: texts('.why .word') };
        });
        const found = (await page.evaluate(elementNames)).filter(
          (name) => !allowed.has(name) || ALIVE.has(name),
        );
        assert.deepEqual(found, []);
        assert.equal(wellFormed(shown.text), chunk.join('\n').toWellFormed(), `card ${index}`);
        assert.deepEqual(shown.names.map(wellFormed), chunk.map(wellFormed));
        assert.deepEqual(shown.values.map(wellFormed), chunk.map(wellFormed));
        assert.deepEqual(shown.labels.map(wellFormed), chunk.map(wellFormed));
        assert.deepEqual(shown.words.map(wellFormed), [...chunk, ...chunk].map(wellFormed));
        assert.deepEqual(complaints, []);
        await host.show({ revision: 1001 + 2 * index, labels: labelsOf(['next']) });
        await page.keyboard.press('1');
      }
      assert.equal(host.saved.size, chunks.length, 'the keyboard answered every card');

      context.diagnostic(`${strings.length} strings shown literally`);
      await close();
    } finally {
      await rig.close();
    }
  },
);

test(
  'each as the name of a file, the reason, the label guessed and the label given: literal, and the keyboard goes on',
  skipUnlessShared('suites', 'xss/payloads.jsonl'),
  async (context) => {
    const strings = someOf(hostileStrings(), namedCards);
    const cards = strings.map((text, index) => ({
      ...cardsOf([`card ${index}`])[0]!,
      key: `n${index}`,
      src: text,
      why: text,
      guess: { label: 'L0', p: 0.5 },
    }));
    const rig = await startRig();
    try {
      const host = new QueueHost(cards, labelsOf(['next']), 3);
      host.words = Object.fromEntries(strings.map((word, index) => [`n${index}`, [{ word, weight: 1 }]]));
      const { page, complaints, keysSeenByVsCode, close } = await rig.open('queue', host.attach);
      refuseDialogs(page, complaints);
      await page.locator('.card .text').waitFor();
      await host.perform('toggleWhy');
      await page.locator('.words').waitFor();
      const expected = await page.evaluate(elementNames);
      const allowed = new Set([...expected, 'ol', 'li', 'button', 'bdi', 'span', 'p']);
      for (const [index, text] of strings.entries()) {
        await page.locator('.card .text', { hasText: new RegExp(`^card ${index}$`) }).waitFor();
        await host.show({ revision: 1000 + 2 * index, labels: labelsOf([text]) });
        await page.locator('.why .word').waitFor();
        const shown = await page.evaluate(() => {
          const root = document.querySelector('inkling-queue')?.shadowRoot;
          return [
            '.source bdi',
            '.why > span[dir]',
            '.guess .name',
            '.why .word',
            '.words > bdi',
            '.label .name',
          ].map((selector) => root?.querySelector(selector)?.textContent);
        });
        assert.deepEqual(shown.map(wellFormed), Array(6).fill(text.toWellFormed()));
        const found = (await page.evaluate(elementNames)).filter(
          (name) => !allowed.has(name) || ALIVE.has(name),
        );
        assert.deepEqual(found, []);
        await page.keyboard.press('1');
      }
      await page.locator('.past').first().waitFor();
      assert.deepEqual(complaints, []);
      assert.deepEqual(await keysSeenByVsCode(), []);
      assert.deepEqual(
        host.answers,
        strings.map((_, index) => [`n${index}`, 'L0']),
      );
      context.diagnostic(`${strings.length} names`);
      await close();
    } finally {
      await rig.close();
    }
  },
);

test(
  'each as the name of a label and of the project on the curve page: literal in every table',
  skipUnlessShared('suites', 'xss/payloads.jsonl'),
  async (context) => {
    const strings = someOf(hostileStrings(), curveNames);
    const usual = snapshotOf(12, 80);
    const count = usual.labels.length;
    const withNames = (names: readonly string[], revision: number): CurveSnapshot => ({
      ...usual,
      revision,
      project: names[0]!,
      labels: usual.labels.map((label, at) => ({ ...label, name: names[at]! })),
      findings: [names[1]!],
    });
    const rig = await startRig();
    try {
      const host = new CurveHost(usual);
      const { page, complaints, close } = await rig.open('curve', host.attach);
      refuseDialogs(page, complaints);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.getByRole('button', { name: 'Show Table' }).click();
      for (const details of await page.locator('details').all())
        await details.evaluate((element) => element.setAttribute('open', ''));
      const expected = (await page.evaluate(elementNames)).sort();
      for (let start = 0, revision = 2; start + count <= strings.length; start += count, revision++) {
        const names = strings.slice(start, start + count);
        await host.show(withNames(names, revision));
        const shown = await page.evaluate(
          () => document.querySelector('inkling-curve')?.shadowRoot?.textContent ?? '',
        );
        for (const name of names) {
          const [seen, wanted] = [shown, name].map((text) => text.toWellFormed().replace(/\s+/g, ' ').trim());
          assert.ok(seen!.includes(wanted!), `${JSON.stringify(name)} is shown`);
        }
      }
      assert.deepEqual((await page.evaluate(elementNames)).sort(), expected);
      assert.ok(expected.every((name) => !ALIVE.has(name)));
      assert.deepEqual(complaints, []);
      context.diagnostic(`${strings.length} names`);
      await close();
    } finally {
      await rig.close();
    }
  },
);

/** Every so many-th, so that all kinds are among them: a page for each takes a while. */
function someOf(strings: readonly string[], count: number): string[] {
  const shown = strings.filter((text) => text.trim() !== '');
  return shown.filter((_, at) => at % Math.ceil(shown.length / count) === 0);
}

function wellFormed(text: string | null | undefined): string | undefined {
  return text?.toWellFormed();
}

function refuseDialogs(page: Page, complaints: string[]): void {
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
}

function hostileStrings(): string[] {
  const lines = readFileSync(sharedFile('suites', 'xss/payloads.jsonl')!, 'utf8').trimEnd().split('\n');
  const strings = lines.map((line) => (JSON.parse(line) as { text: string }).text);
  const blns = sharedFile('suites', 'blns/blns.json');
  if (blns) strings.push(...(JSON.parse(readFileSync(blns, 'utf8')) as string[]));
  return strings;
}

function labelsOf(names: readonly string[]): CardLabel[] {
  return names.map((name, index) => ({
    id: `L${index}`,
    name,
    color: name,
    description: name,
    ...(index === 0 ? { key: '1' } : {}),
  }));
}

/** The kinds of elements on the page, inside shadow roots too. */
function elementNames(): string[] {
  const names = new Set<string>();
  const walk = (root: ParentNode) => {
    for (const element of root.querySelectorAll('*')) {
      names.add(element.localName);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document);
  return [...names];
}
