import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesOf } from '../../../webview/queue/changes.ts';

/** `[-removed-]{+added+}`. */
function check(before: string, now: string, expected: string): void {
  const shown = changesOf(before, now).map(({ kind, text }) =>
    kind === 'same' ? text : kind === 'removed' ? `[-${text}-]` : `{+${text}+}`,
  );
  assert.equal(shown.join(''), expected);
}

test('a word that was exchanged is struck out before the one in its place', () => {
  check('my parcel came late', 'my parcel never came late', 'my parcel {+never +}came late');
  check('it is good', 'it is bad', 'it is [-good-]{+bad+}');
});

test('a changed accent, case or line break is a change', () => {
  check('resume', 'résumé', '[-resume-]{+résumé+}');
  check('Spam', 'spam', '[-Spam-]{+spam+}');
  check('a b', 'a\nb', 'a[- -]{+\n+}b');
});

test('Chinese is compared by character, and an emoji stays whole', () => {
  check('股市上涨', '股市下跌', '股市[-上涨-]{+下跌+}');
  check('ok 👍', 'ok 👎', 'ok [-👍-]{+👎+}');
});

test('both texts come back whole from what is shown, however long and different', () => {
  const words = (seed: number) => Array.from({ length: 6000 }, (_, at) => `w${(at * seed) % 4999}`).join(' ');
  for (const [before, now] of [
    ['', 'new'],
    ['old', ''],
    [words(3), words(7)],
  ] as const) {
    const changes = changesOf(before, now);
    const without = (kind: string) =>
      changes.filter((change) => change.kind !== kind).map(({ text }) => text);
    assert.equal(without('added').join(''), before);
    assert.equal(without('removed').join(''), now);
  }
});
