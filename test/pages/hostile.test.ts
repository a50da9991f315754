/** Every string of the public attack collections, in the real page: shown literally, and nothing else happens. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { CardLabel } from '../../src/protocol/queue.ts';
import { sharedFile, skipUnlessShared } from '../support/shared.ts';
import { startRig } from './support/pages.ts';
import { cardsOf, QueueHost } from './support/queue-host.ts';

/** So many strings share a card: one a field, and all of them as its text. */
const perCard = 300;
/** And the first of them are labels, which take longer to draw. */
const labelCount = 50;

test('xss and blns: no string makes an element, a dialog, a request or an error, and all are shown literally', {
  ...skipUnlessShared('suites', 'xss/payloads.jsonl'),
  timeout: 240_000,
}, async (context) => {
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
  }));
  const rig = await startRig();
  try {
    const host = new QueueHost(cards, labelsOf(chunks[0]!), 2);
    const { page, complaints, close } = await rig.open('queue', host.attach);
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.locator('.card .text').waitFor();
    await host.perform('toggleWhy');
    const expected = await page.evaluate(elementNames);

    for (const [index, chunk] of chunks.entries()) {
      await page.locator('.card .text').waitFor();
      const named = chunk.slice(0, labelCount);
      await page.keyboard.press('Shift+Enter');
      await host.show({ revision: 1000 + 2 * index, labels: labelsOf(named), project: chunk[2] ?? '' });
      const shown = await page.evaluate(() => {
        const root = document.querySelector('inkling-queue')?.shadowRoot;
        const texts = (selector: string) =>
          Array.from(root?.querySelectorAll(selector) ?? [], (element) => element.textContent);
        const [names, values] = [texts('.fields dt'), texts('.fields dd')];
        return { text: texts('.card .text')[0], names, values, labels: texts('.label .name') };
      });
      const wellFormed = (text: string | null | undefined) => text?.toWellFormed();
      assert.equal(wellFormed(shown.text), chunk.join('\n').toWellFormed(), `card ${index}`);
      assert.deepEqual(shown.names.map(wellFormed), chunk.map(wellFormed));
      assert.deepEqual(shown.values.map(wellFormed), chunk.map(wellFormed));
      assert.deepEqual(shown.labels.map(wellFormed), named.map(wellFormed));
      assert.deepEqual(complaints, []);
      await host.show({ revision: 1001 + 2 * index, labels: labelsOf(['next']) });
      await page.keyboard.press('1');
    }

    const allowed = new Set([...expected, 'span', 'ol', 'li', 'bdi', 'p']);
    const found = (await page.evaluate(elementNames)).filter((name) => !allowed.has(name));
    assert.deepEqual(found, []);
    context.diagnostic(`${strings.length} strings shown literally`);
    await close();
  } finally {
    await rig.close();
  }
});

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
