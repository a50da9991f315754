import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Asked, arrange, type Choices } from '../../../src/engine/queue-order.ts';

const train = (...rows: number[]): Asked[] => rows.map((row) => ({ row, purpose: 'train' }));

function check(choices: Partial<Choices>, expected: string): void {
  const order = arrange({
    pinned: [],
    chosen: [],
    audit: [],
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

test('an empty pool gives an empty queue', () => {
  check({}, '');
});
