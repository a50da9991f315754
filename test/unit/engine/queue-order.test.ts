import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Asked, arrange, type Choices } from '../../../src/engine/queue-order.ts';

const train = (...rows: number[]): Asked[] => rows.map((row) => ({ row, purpose: 'train' }));

function check(choices: Partial<Choices>, expected: string): void {
  const order = arrange({
    pinned: [],
    chosen: [],
    audit: [],
    review: [],
    later: [],
    answered: 0,
    size: 5,
    isOpen: () => true,
    ...choices,
  });
  assert.equal(order.map(({ row, purpose }) => `${purpose[0]}${row}`).join(' '), expected);
}

test('every tenth card is an audit record, counted over all answers ever given', () => {
  check({ chosen: train(1, 2, 3, 4), audit: [50, 51], answered: 8 }, 't1 a50 t2 t3 t4');
  check({ chosen: train(1, 2, 3, 4), audit: [50, 51], answered: 7 }, 't1 t2 a50 t3 t4');
});

test('cards already with the reader keep their places when the model chooses anew', () => {
  check({ pinned: train(7, 8), chosen: train(1, 7, 2, 3) }, 't7 t8 t1 t2 t3');
});

test('an answered record is not asked again, even when it was pinned', () => {
  check({ pinned: train(7), chosen: train(1, 2), isOpen: (row) => row !== 7 && row !== 1 }, 't2');
});

test('with no training records left the audit goes on, and with neither the skipped come back', () => {
  check({ audit: [50, 51], later: train(9) }, 'a50 a51 t9');
});

test('without audit records training fills their places', () => {
  check({ chosen: train(1, 2, 3), answered: 9 }, 't1 t2 t3');
});

test('every fifth card looks again at an answer in doubt, and the others when nothing else is left', () => {
  check({ chosen: train(1, 2, 3, 4, 5, 6), review: [70, 71, 72] }, 't1 t2 t3 r70 t4');
  check({ chosen: train(1, 2), review: [70, 71, 72], later: train(9) }, 't1 t2 r70 r71 r72');
});

test('a card in doubt keeps its place until it is settled, though it is not open', () => {
  const pinned: Asked[] = [{ row: 70, purpose: 'review' }];
  check({ pinned, chosen: train(1), review: [70], isOpen: (row) => row !== 70 }, 'r70 t1');
  check({ pinned, chosen: train(1), isOpen: (row) => row !== 70 }, 't1');
});

test('an empty pool gives an empty queue', () => {
  check({}, '');
});
