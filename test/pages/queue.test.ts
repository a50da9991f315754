/** The queue page in a real browser, with real keys, under the policy that the extension sets. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Card, CardLabel } from '../../src/protocol/queue.ts';
import { until } from '../support/until.ts';
import { assertAccessible } from './support/accessibility.ts';
import { type OpenOptions, type OpenPage, type PageRig, startRig } from './support/pages.ts';
import { cardsOf, closedGate, labelsNamed, QueueHost } from './support/queue-host.ts';
import { themes } from './support/themes.ts';

let rig: PageRig;
before(async () => {
  rig = await startRig();
});
after(() => rig.close());

const fiveLabels = labelsNamed('billing', 'refund', 'delivery', 'account', 'other');
const fiftyCards = cardsOf(Array.from({ length: 50 }, (_, index) => `Message ${index}`));
const key = (index: number) => `r${index}`;

interface Open extends OpenPage {
  readonly host: QueueHost;
}

/** Opens the page, carries out a test, and checks that the page has neither complained nor asked for anything. */
async function withPage(
  run: (open: Open) => Promise<void>,
  {
    cards = fiftyCards,
    labels = fiveLabels,
    change,
    ...options
  }: OpenOptions & {
    cards?: readonly Card[];
    labels?: readonly CardLabel[];
    change?: (host: QueueHost) => void;
  } = {},
): Promise<void> {
  const host = new QueueHost(cards, labels);
  change?.(host);
  const open = await rig.open('queue', host.attach, options);
  try {
    await open.page.locator('.card .text, .nothing-left').first().waitFor();
    await run({ ...open, host });
    assert.deepEqual(open.complaints, []);
  } finally {
    await open.close();
  }
}

const textOf = (page: Page) => page.locator('.card .text').textContent();
const shows = (page: Page, text: string) =>
  until(`the card shows ${JSON.stringify(text)}`, async () => {
    // Half a surrogate pair may become U+FFFD on the way out of the browser.
    return (await textOf(page))?.toWellFormed() === text.toWellFormed();
  });

test('a digit labels the record, shows the next at once, and is seen by nobody else', async () => {
  await withPage(async ({ page, host, keysSeenByVsCode }) => {
    await page.keyboard.press('2');
    await shows(page, 'Message 1');
    await until('the answer is saved', () => host.saved.size === 1);
    assert.deepEqual(host.answers, [[key(0), 'L1']]);
    assert.deepEqual(await keysSeenByVsCode(), []);
    assert.match((await page.getByRole('status').textContent()) ?? '', /Labelled refund.*Next: Message 1/s);
  });
});

test('keys that are no label keys reach VS Code, and do nothing here', async () => {
  await withPage(async ({ page, host, keysSeenByVsCode }) => {
    for (const pressed of ['u', 'f', 'Space', 'Backspace', 'ArrowLeft', 'Control+1', 'Alt+1', '9', 'Enter']) {
      await page.keyboard.press(pressed);
    }
    const seen = await keysSeenByVsCode();
    for (const wanted of ['u', 'f', ' ', 'Backspace', 'ArrowLeft', '1', '9'])
      assert.ok(seen.includes(wanted), wanted);
    assert.equal(host.arrived.length, 0);
    assert.equal(await textOf(page), 'Message 0');
  });
});

test('a burst of keys at thirty a second labels one record each, in order', async () => {
  await withPage(async ({ page, host }) => {
    const digits = Array.from({ length: 30 }, (_, index) => (index % 5) + 1);
    for (const digit of digits) {
      const started = performance.now();
      // Twenty cards are prefetched: a page that is slow to take in the answers may have shown them all.
      await page.locator('.card .text').waitFor();
      await page.keyboard.press(String(digit));
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, 33 - (performance.now() - started))));
    }
    await until('all are saved', () => host.saved.size === 30);
    assert.deepEqual(
      host.answers,
      digits.map((digit, index) => [key(index), `L${digit - 1}`]),
    );
  });
});

test('keys faster than the engine answers lose no record and label none twice', async () => {
  await withPage(async ({ page, host }) => {
    const { gate, open } = closedGate();
    host.gate = gate;
    // Twenty cards are prefetched; what is pressed with nothing on screen labels nothing.
    for (let press = 0; press < 25; press++) await page.keyboard.press('1');
    await until('twenty have arrived', () => host.arrived.length === 20);
    assert.match((await page.locator('.card').textContent()) ?? '', /Choosing the next records/);
    open();
    await shows(page, 'Message 20');
    assert.deepEqual(
      host.answers.map(([record]) => record),
      Array.from({ length: 20 }, (_, index) => key(index)),
    );
  });
});

test('a held key labels one record only', async () => {
  await withPage(async ({ page, host, keysSeenByVsCode }) => {
    for (let repeat = 0; repeat < 20; repeat++) await page.keyboard.down('3');
    await page.keyboard.up('3');
    await shows(page, 'Message 1');
    await until('it is saved', () => host.saved.size === 1);
    assert.equal(host.arrived.length, 1);
    assert.deepEqual(await keysSeenByVsCode(), []);
  });
});

test('an answer that cannot be saved brings its card back with the reason, and can be given again', async () => {
  await withPage(async ({ page, host }) => {
    host.failure = Object.assign(new Error('The disk is full.'), {
      code: 'disk-full',
      wayOut: 'Free some space.',
    });
    await page.keyboard.press('1');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    assert.match((await alert.textContent()) ?? '', /Not saved.*The disk is full.*Free some space/s);
    await shows(page, 'Message 0');
    host.failure = undefined;
    await page.keyboard.press('2');
    await alert.waitFor({ state: 'detached' });
    assert.deepEqual(host.answers, [[key(0), 'L1']]);
    await shows(page, 'Message 1');
  });
});

test('an answer in flight while the page reloads is sent again under the same id, and saved once', async () => {
  await withPage(async ({ page, host }) => {
    const { gate, open } = closedGate();
    host.gate = gate;
    await page.keyboard.press('1');
    await page.keyboard.press('2');
    await until('both have arrived', () => host.arrived.length === 2);
    await page.reload();
    await shows(page, 'Message 2');
    await until('both have arrived again', () => host.arrived.length === 4);
    open();
    await until('both are saved', () => host.saved.size === 2);
    assert.equal(new Set(host.arrived.map((sent) => sent.event)).size, 2);
    await until('nothing is kept for later', () =>
      page.evaluate(() => JSON.parse(sessionStorage.getItem('state') ?? '').unsaved.length === 0),
    );
    await page.reload();
    await shows(page, 'Message 2');
    assert.equal(host.arrived.length, 4);
  });
});

test('a fresh state after learning does not change the card on screen', async () => {
  await withPage(async ({ page, host }) => {
    await host.show({ revision: 7, upcoming: fiftyCards.slice(30, 40) });
    assert.equal(await textOf(page), 'Message 0');
    await page.keyboard.press('1');
    await shows(page, 'Message 30');
  });
});

const manyLabels = labelsNamed(...Array.from({ length: 150 }, (_, index) => `intent ${index}`), 'card lost');

test('in the finder digits are typed, VS Code sees no key, and Enter labels with what was found', async () => {
  await withPage(
    async ({ page, host, keysSeenByVsCode }) => {
      await page.keyboard.press('/');
      const field = page.getByRole('combobox');
      await field.waitFor();
      await until('VS Code knows of the field', () => host.fieldFocus.at(-1) === true);
      await page.keyboard.type('intent 12');
      assert.equal(await field.inputValue(), 'intent 12');
      assert.equal(host.arrived.length, 0);
      assert.equal(
        await page
          .getByRole('option')
          .first()
          .textContent()
          .then((text) => text?.trim()),
        'intent 12',
      );
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Backspace');
      await page.keyboard.type('2');
      await page.keyboard.press('Enter');
      await shows(page, 'Message 1');
      assert.deepEqual(host.answers, [[key(0), 'L12']]);
      assert.deepEqual(await keysSeenByVsCode(), []);
      assert.equal(host.fieldFocus.at(-1), false);
      await page.keyboard.press('3');
      await shows(page, 'Message 2');
    },
    { labels: manyLabels },
  );
});

test('Escape leaves the finder, and label keys work again', async () => {
  await withPage(
    async ({ page, host }) => {
      await page.keyboard.press('/');
      await page.getByRole('combobox').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('combobox').waitFor({ state: 'detached' });
      await page.keyboard.press('Shift+Digit2');
      await until('it is saved', () => host.saved.size === 1);
      assert.deepEqual(host.answers, [[key(0), 'L11']]);
    },
    { labels: manyLabels },
  );
});

test('a key that an input method is composing with labels nothing', async () => {
  await withPage(async ({ page, host }) => {
    const composing = [
      { key: '1', code: 'Digit1', isComposing: true },
      { key: 'Process', code: 'Digit1', keyCode: 229 },
    ];
    for (const init of composing) {
      await page.evaluate((event) => {
        const target = document.querySelector('inkling-queue')?.shadowRoot?.querySelector('.card');
        target?.dispatchEvent(new KeyboardEvent('keydown', { ...event, bubbles: true, composed: true }));
      }, init);
    }
    assert.equal(await textOf(page), 'Message 0');
    assert.equal(host.arrived.length, 0);
  });
});

test('back, correct, and on again where one was', async () => {
  await withPage(async ({ page, host }) => {
    for (const digit of ['1', '1', '1']) await page.keyboard.press(digit);
    await host.perform('previous');
    await host.perform('previous');
    await shows(page, 'Message 1');
    assert.equal(await page.getByRole('button', { name: 'billing', pressed: true }).count(), 1);
    await page.keyboard.press('4');
    await shows(page, 'Message 3');
    await until('the change is saved', () => host.saved.size === 4);
    assert.deepEqual(new Map(host.answers).get(key(1)), 'L3');
  });
});

test('a click in the history brings a record back, and Escape returns to the queue', async () => {
  await withPage(async ({ page }) => {
    await page.keyboard.press('1');
    await page.keyboard.press('2');
    await page
      .getByRole('list', { name: /Latest answers/ })
      .getByRole('button')
      .last()
      .click();
    await shows(page, 'Message 0');
    await page.keyboard.press('Escape');
    await shows(page, 'Message 2');
  });
});

test('undo and redo go back and forth through the answers', async () => {
  await withPage(async ({ page, host }) => {
    await page.keyboard.press('1');
    await page.keyboard.press('2');
    await host.perform('undo');
    await shows(page, 'Message 1');
    await host.perform('undo');
    await shows(page, 'Message 0');
    await host.perform('redo');
    await shows(page, 'Message 1');
    assert.deepEqual(host.answers, [[key(0), 'L0']]);
  });
});

test('undo directly after an answer waits for it to be saved', async () => {
  await withPage(async ({ page, host }) => {
    await page.keyboard.press('1');
    await host.perform('undo');
    await shows(page, 'Message 0');
    assert.deepEqual(host.answers, []);
  });
});

test('skip, unsure and flag reach the engine with the card on screen', async () => {
  await withPage(async ({ page, host }) => {
    await host.perform('flag');
    await page.locator('.flagged').waitFor();
    await host.perform('flag');
    await page.locator('.flagged').waitFor({ state: 'detached' });
    await host.perform('skip');
    await shows(page, 'Message 1');
    await host.perform('unsure');
    await shows(page, 'Message 2');
    assert.deepEqual(
      host.arrived.map((sent) => 'op' in sent && [sent.op, sent.key]),
      [
        ['flag', key(0)],
        ['unflag', key(0)],
        ['skip', key(0)],
        ['unsure', key(1)],
      ],
    );
  });
});

test('Enter accepts the guess that is shown', async () => {
  await withPage(
    async ({ page, host }) => {
      assert.match((await page.locator('.guess').textContent()) ?? '', /refund\s*83\s%/);
      await page.keyboard.press('Enter');
      await until('it is saved', () => host.saved.size === 1);
      const [sent] = host.arrived;
      assert.deepEqual(sent && 'labels' in sent && [sent.labels, sent.shown], [['L1'], true]);
    },
    { cards: cardsOf(['a', 'b'], { guess: { label: 'L1', p: 0.834 } }) },
  );
});

test('an audit card hides the guess, says what it is for, and Enter does nothing', async () => {
  await withPage(
    async ({ page, host }) => {
      assert.match((await page.locator('.card').textContent()) ?? '', /audit: measures, never trains/);
      assert.doesNotMatch((await page.locator('footer').textContent()) ?? '', /83\s%|Guess/);
      await page.keyboard.press('Enter');
      await host.perform('acceptGuess');
      assert.equal(host.arrived.length, 0);
      assert.equal(await textOf(page), 'a');
      await page.keyboard.press('1');
      await shows(page, 'b');
      const [sent] = host.arrived;
      assert.equal(sent && 'labels' in sent && sent.shown, false);
    },
    { cards: cardsOf(['a', 'b'], { purpose: 'audit', guess: { label: 'L1', p: 0.834 } }) },
  );
});

test('the focus stays on the card after every click, so that keys go on working', async () => {
  await withPage(async ({ page, host }) => {
    const focused = () =>
      page.evaluate(() => document.querySelector('inkling-queue')?.shadowRoot?.activeElement?.className);
    assert.equal(await focused(), 'card');
    await page.getByRole('button', { name: 'refund' }).click();
    assert.equal(await focused(), 'card');
    await page.getByRole('button', { name: 'Skip' }).click();
    assert.equal(await focused(), 'card');
    await page.getByRole('button', { name: 'Why this record?' }).click();
    assert.equal(await focused(), 'card');
    await page.getByRole('button', { name: /inbox/ }).click();
    assert.equal(await focused(), 'card');
    await page.keyboard.press('1');
    await until('all are saved', () => host.saved.size === 3);
    assert.deepEqual(host.opened, [key(2)]);
  });
});

test('a button reached with Tab is pressed by Space, and VS Code does not skip the record as well', async () => {
  await withPage(async ({ page, host, keysSeenByVsCode }) => {
    const button = page.getByRole('button', { name: 'delivery' });
    await button.focus();
    await page.keyboard.press('Space');
    await until('it is saved', () => host.saved.size === 1);
    assert.deepEqual(host.answers, [[key(0), 'L2']]);
    assert.deepEqual(await keysSeenByVsCode(), []);
  });
});

test('the keys are explained on demand, and nothing happens to the covered card', async () => {
  await withPage(async ({ page, host }) => {
    await host.perform('toggleKeys');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('1');
    await host.perform('skip');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    assert.equal(host.arrived.length, 0);
    await host.perform('toggleKeys');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.keyboard.press('1');
    await shows(page, 'Message 1');
  });
});

test('keys explained again at once stay explained, though the browser tells of the first end only later', async () => {
  await withPage(async ({ page, host }) => {
    for (let turn = 0; turn < 20; turn++) {
      await host.perform('toggleKeys');
      await Promise.all([host.perform('skip'), host.perform('toggleKeys')]);
      // Two frames: by then every event of the dialog has been told.
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      assert.ok(await page.getByRole('dialog').isVisible());
      await host.perform('toggleKeys');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
    }
    assert.equal(host.arrived.length, 0);
  });
});

test('a long text is folded, and shown whole on demand', async () => {
  const long = Array.from({ length: 300 }, (_, line) => `Line ${line} of a long record`).join('\n');
  await withPage(
    async ({ page }) => {
      assert.equal((await textOf(page))?.split('\n').length, 40);
      await page.keyboard.press('Shift+Enter');
      await shows(page, long);
      await page.keyboard.press('1');
      await until('the next is folded', async () => (await textOf(page))?.split('\n').length === 40);
      await page.getByRole('button', { name: /Show all/ }).click();
      await shows(page, long);
    },
    { cards: cardsOf([long, long]) },
  );
});

test('a text that was answered as another shows what has changed, and the keys work', async () => {
  const [card] = cardsOf(['my parcel never came on time']);
  const changed: Card = {
    ...card!,
    purpose: 'review',
    before: 'my parcel came in time',
    why: 'The text has changed.',
  };
  await withPage(
    async ({ page, host }) => {
      const parts = page.locator('.card .text del, .card .text ins');
      assert.deepEqual(
        await parts.evaluateAll((all) => all.map(({ localName, textContent }) => [localName, textContent])),
        [
          ['ins', 'never '],
          ['del', 'in'],
          ['ins', 'on'],
        ],
      );
      assert.match((await page.locator('.card .why').textContent())!, /has changed/);
      await assertAccessible(page, 'a changed text');
      await page.keyboard.press('1');
      await until('it is saved', () => host.saved.size === 1);
    },
    { cards: [changed] },
  );
});

test('a text that runs right to left is shown so, and does not disturb the page around it', async () => {
  await withPage(
    async ({ page }) => {
      const direction = await page
        .locator('.card .text')
        .evaluate((element) => getComputedStyle(element).direction);
      assert.equal(direction, 'rtl');
      const around = await page.locator('.card').evaluate((element) => getComputedStyle(element).direction);
      assert.equal(around, 'ltr');
    },
    { cards: cardsOf(['مرحبا، لم أستلم طلبي رقم 1234 بعد.']) },
  );
});

test('a search shows what it finds, its cards are labelled by the same keys, and Escape goes back', async () => {
  await withPage(async ({ page, host }) => {
    await host.perform('find');
    const field = page.getByRole('searchbox', { name: 'Find records' });
    await until('the field has the focus', () => field.evaluate((input) => input.matches(':focus')));
    assert.equal(host.fieldFocus.at(-1), true);
    await page.keyboard.type('Message 3');
    assert.equal(host.arrived.length, 0, 'digits are typed, not answered');
    await page.keyboard.press('Enter');
    await shows(page, 'Message 3');
    await page.getByText('11 records found').waitFor();
    await page.keyboard.press('2');
    await shows(page, 'Message 30');
    await page.keyboard.press('1');
    await shows(page, 'Message 31');
    await until('both are saved', () => host.saved.size === 2);
    assert.deepEqual(host.answers, [
      [key(3), 'L1'],
      [key(30), 'L0'],
    ]);
    await assertAccessible(page, 'while searching');
    await page.keyboard.press('Escape');
    await shows(page, 'Message 0');
    assert.equal(await page.locator('inkling-search-bar').count(), 0);
    await page.keyboard.press('1');
    await shows(page, 'Message 1');
  });
});

test('with the reasons open, each guess shows the words for and against it, asked for once a card', async () => {
  const guessed = (index: number): Card => ({ ...fiftyCards[index]!, guess: { label: 'L1', p: 0.7 } });
  await withPage(
    async ({ page, host }) => {
      await host.perform('toggleWhy');
      const why = page.locator('.why');
      await until('the words are shown', async () => {
        const said = ((await why.textContent()) ?? '').replace(/\s+/g, ' ');
        return said.includes('For refund: money back') && said.includes('Against refund: parcel');
      });
      await page.keyboard.press('2');
      await shows(page, 'Message 1');
      await until('the next guess is explained', () => host.explained.length === 2);
      assert.deepEqual(host.explained, [
        [key(0), 'L1'],
        [key(1), 'L1'],
      ]);
      assert.ok(!((await why.textContent()) ?? '').includes('money'), 'words of an earlier card are gone');
    },
    {
      cards: [guessed(0), guessed(1), ...fiftyCards.slice(2)],
      change: (host) => {
        host.words = {
          [key(0)]: [
            { word: 'money', weight: 1.2 },
            { word: 'parcel', weight: -0.9 },
            { word: 'back', weight: 0.5 },
          ],
        };
      },
    },
  );
});

test('when nothing is left the page says why, and lets one look back', async () => {
  await withPage(
    async ({ page }) => {
      await page.keyboard.press('1');
      await page.getByText('Every record has an answer.').first().waitFor();
      await page.getByRole('button', { name: 'Look Back' }).click();
      await shows(page, 'only one');
    },
    { cards: cardsOf(['only one']) },
  );
});

const hostile = [
  '<script>window.hit = 1</script>',
  '<img src=x onerror="window.hit = 1">',
  '"><svg/onload=window.hit=1>',
  "javascript:window.hit=1//'",
  '</textarea></style></title></script><iframe src="//evil.example/">',
  '$' + '{window.hit = 1}{{constructor.constructor("window.hit=1")()}}',
  '<!--lit-part--><?lit$123$?>',
  '<style>* { display: none }</style><link rel=stylesheet href=//evil.example/x.css>',
  '<base href="//evil.example/"><meta http-equiv=refresh content="0;url=//evil.example/">',
  '&lt;b&gt; &amp; &#x3C;script&#x3E;',
  'a\0b\x07c\x1b[31md\x7f',
  '\u202Egnp.exe\u202C \u2066isolated\u2069',
  '%s %n \\u0000 \\x3cscript\\x3e',
  '🏳️‍🌈 Z̵̡̢̛a̸̧l̶̨g̷o \uD800 lone',
];

test('hostile strings are shown literally everywhere, and make no element, script or request', async () => {
  const cards = hostile.map((text, index) => ({
    ...cardsOf([text])[0]!,
    key: `h${index}`,
    fields: [[text, text]] as const,
    src: text,
    why: text,
  }));
  // Some were answered as another hostile text: that one is struck out before them.
  const changed = (text: string) => ({
    ...cardsOf([text])[0]!,
    key: `changed ${text}`,
    before: hostile.at(-1)!,
  });
  const labels = hostile.slice(0, 9).map((name, index) => ({
    id: name,
    name,
    key: String(index + 1),
    color: index % 2 ? 'red; background: url(//evil.example)' : 'url(//evil.example/x)',
    description: name,
  }));
  await withPage(
    async ({ page, host }) => {
      await host.perform('toggleWhy');
      const elements = () =>
        page.evaluate(() => {
          const names = new Set<string>();
          const walk = (root: ParentNode) => {
            for (const element of root.querySelectorAll('*')) {
              names.add(element.localName);
              if (element.shadowRoot) walk(element.shadowRoot);
            }
          };
          walk(document.body);
          return [...names].filter((name) =>
            ['img', 'iframe', 'svg', 'style', 'link', 'base', 'meta'].includes(name),
          );
        });
      for (const text of hostile) {
        await shows(page, text);
        assert.deepEqual(await elements(), []);
        await page.keyboard.press('1');
      }
      for (const text of hostile.slice(0, -1)) {
        await until(`what has changed is shown as text: ${JSON.stringify(text)}`, async () => {
          const shown = await page.locator('.card .text').evaluate((element) => {
            const side = (without: string) => {
              const copy = element.cloneNode(true) as Element;
              for (const part of copy.querySelectorAll(without)) part.remove();
              return copy.textContent ?? '';
            };
            return [side('ins'), side('del')];
          });
          return (
            shown[0]!.toWellFormed() === hostile.at(-1)!.toWellFormed() &&
            shown[1]!.toWellFormed() === text.toWellFormed()
          );
        });
        assert.deepEqual(await elements(), []);
        await page.keyboard.press('1');
      }
      assert.equal(await page.evaluate(() => (window as { hit?: number }).hit), undefined);
    },
    {
      cards: [...cards, ...hostile.slice(0, -1).map(changed)],
      labels,
      change: (host) => {
        host.extra = {
          project: hostile[0]!,
          banner: { kind: 'error', message: hostile[1]!, wayOut: hostile[2]! },
          training: { phase: 'failed', message: hostile[3]! },
        };
      },
    },
  );
});

test('the strip says how far the goal of this sitting is, and how fast it goes', async () => {
  const sitting = (page: Page) => page.locator('.sitting').textContent();
  await withPage(
    async ({ page, host }) => {
      assert.equal(await sitting(page), '18 of 20 this time, 14 a minute');
      host.gate = closedGate().gate;
      await page.keyboard.press('1');
      await until('the answer counts at once', async () => (await sitting(page))!.startsWith('19 of 20'));
      await page.keyboard.press('1');
      await until('the goal is reached', async () => (await sitting(page))!.startsWith('Goal reached: 20'));
    },
    {
      change: (host) => {
        host.extra = { sitting: { answered: 18, goal: 20, perMinute: 14.2 } };
      },
    },
  );
});

test('records like the one on screen are searched for by its place, and labelled all at once from the results', async () => {
  await withPage(async ({ page, host }) => {
    await host.perform('labelAllFound');
    await until('the page says what to do first', async () =>
      ((await page.locator('.bottom').textContent()) ?? '').includes('Search first'),
    );
    assert.equal(host.bulk, 0);
    await host.perform('findSimilar');
    await until('the search is shown', async () => (await page.getByRole('searchbox').count()) === 1);
    assert.match(await page.getByRole('searchbox').inputValue(), /^like:".+:\d+"$/);
    await page.getByRole('searchbox').fill('Message 3');
    await page.getByRole('searchbox').press('Enter');
    await shows(page, 'Message 3');
    await host.show({
      revision: 50,
      search: { query: 'Message 3', found: 11, sample: { answered: 4, drawn: 10 } },
    });
    await until('the sample is counted', async () =>
      ((await page.getByRole('search').getByRole('status').textContent()) ?? '').includes(
        '4 of 10 drawn at random answered',
      ),
    );
    await page.getByRole('button', { name: 'Label them all' }).click();
    await host.perform('labelAllFound');
    await until('the shell is asked twice', () => host.bulk === 2);
    await assertAccessible(page, 'a sample');
  });
});

test('of a label that is a path, the way is quieter than the end', async () => {
  const labels = labelsNamed('billing/refund', 'either/', '/or');
  await withPage(
    async ({ page }) => {
      const ways = await page.locator('.labels .way').allTextContents();
      assert.deepEqual(ways, ['billing/']);
      const names = (await page.locator('.labels .name').allTextContents()).map((name) => name.trim());
      assert.deepEqual(names, ['billing/refund', 'either/', '/or']);
    },
    { labels },
  );
});

test('guidelines and examples are beside the record, as text, and label keys work meanwhile', async () => {
  const hostile = '<img src=x onerror=alert(1)>';
  await withPage(
    async ({ page, host }) => {
      await host.perform('toggleGuidelines');
      const guide = page.getByRole('complementary');
      await guide.getByRole('heading', { name: 'Refunds' }).waitFor();
      const said = ((await guide.textContent()) ?? '').replace(/\s+/g, ' ');
      for (const part of ['Only money.', hostile, 'about money', 'I want my money back', 'On the border'])
        assert.ok(said.includes(part), part);
      assert.equal(await guide.locator('img').count(), 0);
      assert.equal(await guide.getByRole('link').getAttribute('href'), 'https://example.com/');
      await assertAccessible(page, 'guidelines');
      await page.keyboard.press('2');
      await shows(page, 'Message 1');
      await guide.getByRole('button', { name: 'Edit' }).click();
      assert.equal(host.guideEdits, 1);
      await host.perform('toggleGuidelines');
      await until('the guidelines are gone', async () => (await guide.count()) === 0);
      await page.keyboard.press('1');
      await shows(page, 'Message 2');
    },
    {
      change: (host) => {
        host.guide = {
          text: [
            { type: 'heading', depth: 1, children: [{ type: 'text', value: 'Refunds' }] },
            {
              type: 'paragraph',
              children: [
                { type: 'text', value: 'Only money. ' },
                { type: 'text', value: hostile },
                { type: 'link', url: 'https://example.com/', children: [{ type: 'text', value: 'more' }] },
              ],
            },
          ],
          labels: [
            {
              id: 'L1',
              name: 'refund',
              description: 'about money',
              clear: [{ key: key(7), text: 'I want my money back', p: 0.97 }],
              borderline: [{ key: key(8), text: hostile, p: 0.4 }],
            },
          ],
        };
      },
    },
  );
});

for (const theme of themes) {
  test(`${theme}: no accessibility violation on the card, looking back, in the finder, in the keys, with banners`, async () => {
    const cards = cardsOf(['First\0', 'Second', 'Third'], {
      fields: [['from', 'anna']],
      guess: { label: 'L1', p: 0.8 },
    });
    await withPage(
      async ({ page, host }) => {
        await assertAccessible(page, 'card');
        await page.keyboard.press('1');
        await host.perform('toggleWhy');
        await host.perform('flag');
        await host.perform('previous');
        await assertAccessible(page, 'looking back');
        await page.keyboard.press('Escape');
        await page.keyboard.press('/');
        await page.getByRole('combobox').waitFor();
        await assertAccessible(page, 'finder');
        await page.keyboard.press('Escape');
        await host.perform('toggleKeys');
        await page.getByRole('dialog').waitFor();
        await assertAccessible(page, 'keys');
        await page.keyboard.press('Escape');
        host.failure = Object.assign(new Error('The disk is full.'), {
          code: 'disk-full',
          wayOut: 'Free some.',
        });
        await page.keyboard.press('1');
        await page.getByRole('alert').waitFor();
        await host.show({
          revision: 9,
          banner: { kind: 'warning', message: 'Two files could not be read.' },
          indexing: { files: 4, filesDone: 1, records: 10, problems: 1 },
        });
        await assertAccessible(page, 'banners');
      },
      { theme, cards },
    );
  });
}

test('the time from a key to the painted next card, for information', async (context) => {
  await withPage(async ({ page }) => {
    await page.evaluate(() => {
      const times: number[] = [];
      Object.assign(window, { times });
      document.addEventListener(
        'keydown',
        (event) => {
          const pressed = event.timeStamp;
          // The frame in which the next card is painted ends before this task runs.
          requestAnimationFrame(() => setTimeout(() => times.push(performance.now() - pressed)));
        },
        { capture: true },
      );
    });
    for (let press = 0; press < 40; press++) {
      await page.keyboard.press('1');
      await page.waitForTimeout(20);
    }
    let times: number[] = [];
    await until('the frame of every key has ended', async () => {
      times = await page.evaluate(() => (window as unknown as { times: number[] }).times);
      return times.length === 40;
    });
    times.sort((a, b) => a - b);
    const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(1);
    context.diagnostic(`key to paint: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms over ${times.length} keys`);
  });
});

const several = { change: (host: QueueHost) => (host.extra = { multiLabel: true }) };

test('where a record can have several labels, digits put them on and take them off, and Enter saves them', async () => {
  await withPage(async ({ page, host, keysSeenByVsCode }) => {
    await page.keyboard.press('2');
    await page.keyboard.press('4');
    await page.keyboard.press('1');
    await page.keyboard.press('4');
    assert.equal(await textOf(page), 'Message 0');
    assert.equal(host.arrived.length, 0);
    assert.deepEqual(await page.locator('.label[aria-pressed="true"] .name').allTextContents(), [
      'billing',
      'refund',
    ]);
    assert.match((await page.getByRole('status').textContent()) ?? '', /account off: billing, refund/);
    await page.keyboard.press('Enter');
    await shows(page, 'Message 1');
    await until('it is saved', () => host.saved.size === 1);
    assert.deepEqual(host.sets, [[key(0), ['L0', 'L1']]]);
    assert.match((await page.locator('.past').first().textContent()) ?? '', /billing, refund/);
    assert.equal(await page.locator('.label[aria-pressed="true"]').count(), 0);
    assert.deepEqual(await keysSeenByVsCode(), []);
  }, several);
});

test('Enter with nothing chosen saves that none applies, and says so before and after', async () => {
  await withPage(async ({ page, host }) => {
    assert.match((await page.locator('.submit').textContent()) ?? '', /None of Them/);
    await page.keyboard.press('Enter');
    await shows(page, 'Message 1');
    await until('it is saved', () => host.saved.size === 1);
    assert.deepEqual(host.sets, [[key(0), []]]);
    assert.match(
      (await page.getByRole('status').textContent()) ?? '',
      /Labelled none of them\. Next: Message 1/,
    );
    assert.match((await page.locator('.past').first().textContent()) ?? '', /none of them/);
  }, several);
});

test('several labels: by name, by click and by the button, with the keys working after each', async () => {
  await withPage(async ({ page, host }) => {
    await page.keyboard.press('/');
    await page.keyboard.type('deli');
    await page.keyboard.press('Enter');
    assert.equal(host.arrived.length, 0);
    await page.locator('.label', { hasText: 'other' }).click();
    await page.keyboard.press('1');
    await page.locator('.submit vscode-button').click();
    await until('it is saved', () => host.saved.size === 1);
    await page.keyboard.press('3');
    await page.keyboard.press('Enter');
    await until('the next is saved', () => host.saved.size === 2);
    assert.deepEqual(host.sets, [
      [key(0), ['L0', 'L2', 'L4']],
      [key(1), ['L2']],
    ]);
  }, several);
});

test('looking back shows the labels that were given; they change one by one and Enter saves the change', async () => {
  await withPage(async ({ page, host }) => {
    for (const pressed of ['1', '2', 'Enter', '3', 'Enter']) await page.keyboard.press(pressed);
    await until('both are saved', () => host.saved.size === 2);
    await host.perform('previous');
    await host.perform('previous');
    await shows(page, 'Message 0');
    assert.deepEqual(await page.locator('.label[aria-pressed="true"] .name').allTextContents(), [
      'billing',
      'refund',
    ]);
    for (const pressed of ['1', '5', 'Enter']) await page.keyboard.press(pressed);
    await shows(page, 'Message 2');
    await until('the change is saved', () => host.saved.size === 3);
    assert.deepEqual(host.sets[0], [key(0), ['L1', 'L4']]);
    await host.perform('previous');
    await page.getByText('Clear the answer').click();
    await until('it is cleared', () => host.saved.size === 4);
    assert.equal(host.sets.find(([record]) => record === key(0))![1], null);
  }, several);
});

test('all that the model would give is shown and marked, and nothing of it is put on the card', async () => {
  const guesses = [
    { label: 'L1', p: 0.91 },
    { label: 'L3', p: 0.55 },
  ];
  await withPage(
    async ({ page, host }) => {
      assert.match((await page.locator('.guess').textContent()) ?? '', /refund\s*91\s%.*account\s*55\s%/s);
      assert.equal(await page.locator('.label.guessed').count(), 2);
      assert.equal(await page.locator('.label[aria-pressed="true"]').count(), 0);
      await host.perform('acceptGuess');
      assert.equal(host.arrived.length, 0);
      await page.keyboard.press('2');
      await page.keyboard.press('Enter');
      await until('it is saved', () => host.saved.size === 1);
      const [sent] = host.arrived;
      assert.ok(sent && 'shown' in sent && sent.shown);
    },
    { ...several, cards: cardsOf(['a', 'b'], { guesses }) },
  );
});

test('an audit card shows no guess where a record can have several labels either', async () => {
  await withPage(
    async ({ page }) => {
      assert.equal(((await page.locator('.guess').textContent()) ?? '').trim(), '');
      assert.equal(await page.locator('.label.guessed').count(), 0);
    },
    { ...several, cards: cardsOf(['a'], { purpose: 'audit', guesses: [{ label: 'L1', p: 0.9 }] }) },
  );
});

test('with several labels on, the page has nothing that a screen reader or a keyboard misses', async () => {
  for (const theme of themes) {
    await withPage(
      async ({ page }) => {
        await page.keyboard.press('1');
        await page.keyboard.press('3');
        await assertAccessible(page, `several labels, ${theme}`);
      },
      { ...several, theme },
    );
  }
});
