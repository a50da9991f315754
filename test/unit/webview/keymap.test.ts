/** Which key labels what, on which keyboard. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CardLabel } from '../../../src/protocol/queue.ts';
import { type Key, keyCaps, meaningOf } from '../../../webview/queue/keymap.ts';

const three = labelled('1', '2', '3');
const many = labelled(...'1234567890', ...Array.from({ length: 15 }, () => undefined));
const letters = labelled('s', 'h', '1', '&', 'é');

const cases: readonly [
  name: string,
  labels: readonly CardLabel[],
  key: Partial<Key>,
  meaning: string | undefined,
][] = [
  ['a digit', three, { code: 'Digit2', key: '2' }, 'L1'],
  ['a digit of the numpad', three, { code: 'Numpad3', key: '3' }, 'L2'],
  ['the numpad without Num Lock', three, { code: 'Numpad1', key: 'End' }, undefined],
  ['a digit on AZERTY, without Shift', three, { code: 'Digit1', key: '&' }, 'L0'],
  ['Shift and a digit on AZERTY: the second bank', many, { code: 'Digit1', key: '1', shiftKey: true }, 'L10'],
  ['Shift and a digit on QWERTY: the second bank', many, { code: 'Digit0', key: ')', shiftKey: true }, 'L19'],
  ['0 for the tenth label', many, { code: 'Digit0', key: '0' }, 'L9'],
  ['Shift and a digit without a second bank', three, { code: 'Digit1', key: '!', shiftKey: true }, undefined],
  ['a digit without a label', three, { code: 'Digit4', key: '4' }, undefined],
  ["a label's own letter", letters, { code: 'KeyS', key: 's' }, 'L0'],
  ["a label's own letter on another keyboard", letters, { code: 'KeyO', key: 's' }, 'L0'],
  ["a label's own letter with Caps Lock", letters, { code: 'KeyS', key: 'S' }, 'L0'],
  ["a label's own sign before the digit at its place", letters, { code: 'Digit1', key: '&' }, 'L3'],
  ["a label's own accented letter", letters, { code: 'Digit2', key: 'é' }, 'L4'],
  ['Ctrl and a digit', three, { code: 'Digit1', key: '1', ctrlKey: true }, undefined],
  ['Alt and a digit', three, { code: 'Digit1', key: '1', altKey: true }, undefined],
  ['Cmd and a digit', three, { code: 'Digit1', key: '1', metaKey: true }, undefined],
  ['a digit while composing', three, { code: 'Digit1', key: '1', isComposing: true }, undefined],
  ['a digit that the input method takes', three, { code: 'Digit1', key: 'Process', keyCode: 229 }, undefined],
  ['a held digit', three, { code: 'Digit1', key: '1', repeat: true }, 'nothing'],
  ['a held key that is nobody’s', three, { code: 'KeyU', key: 'u', repeat: true }, undefined],
  ['Enter', three, { code: 'Enter', key: 'Enter' }, 'acceptGuess'],
  ['a held Enter', three, { code: 'Enter', key: 'Enter', repeat: true }, 'nothing'],
  ['Shift+Enter', three, { code: 'Enter', key: 'Enter', shiftKey: true }, 'unfold'],
  ['/', three, { code: 'Slash', key: '/' }, 'find'],
  ['/ on a German keyboard', many, { code: 'Digit7', key: '/', shiftKey: true }, 'find'],
  ['Escape', three, { code: 'Escape', key: 'Escape' }, 'escape'],
  ['Space', three, { code: 'Space', key: ' ' }, undefined],
  ['Backspace', three, { code: 'Backspace', key: 'Backspace' }, undefined],
  ['an arrow', three, { code: 'ArrowLeft', key: 'ArrowLeft' }, undefined],
  ['a letter that is no label’s', three, { code: 'KeyU', key: 'u' }, undefined],
  ['a dead key', letters, { code: 'Quote', key: 'Dead' }, undefined],
];

for (const [name, labels, key, expected] of cases) {
  test(`${name}: ${expected ?? 'left to VS Code'}`, () => {
    const none = {
      shiftKey: false,
      ctrlKey: false,
      altKey: false,
      metaKey: false,
      repeat: false,
      isComposing: false,
    };
    const meaning = meaningOf({ key: '', code: '', keyCode: 0, ...none, ...key }, labels, {
      multiLabel: false,
    });
    assert.equal(meaning?.act === 'label' ? meaning.id : meaning?.act, expected);
  });
}

test('Enter saves what is on the card where a record can have several labels', () => {
  const enter = { key: 'Enter', code: 'Enter', keyCode: 13, ctrlKey: false, altKey: false, metaKey: false };
  const plain = { ...enter, shiftKey: false, repeat: false, isComposing: false };
  assert.equal(meaningOf(plain, three, { multiLabel: true })?.act, 'submit');
  assert.equal(meaningOf({ ...plain, repeat: true }, three, { multiLabel: true })?.act, 'nothing');
});

test('every label with a key says which, up to twenty', () => {
  const caps = keyCaps(many);
  assert.deepEqual([...caps.values()], [...'1234567890', ...[...'1234567890'].map((digit) => `⇧${digit}`)]);
});

function labelled(...keys: readonly (string | undefined)[]): CardLabel[] {
  return keys.map((key, index) => ({ id: `L${index}`, name: `label ${index}`, ...(key ? { key } : {}) }));
}
