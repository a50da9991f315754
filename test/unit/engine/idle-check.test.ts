import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IdleCheck } from '../../../src/engine/idle-check.ts';

const MINUTE = 60_000;

test('the check runs once nobody has done anything for five minutes, and then once a day', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  let checks = 0;
  const idle = new IdleCheck(() => checks++);
  for (let minute = 0; minute < 20; minute++) {
    t.mock.timers.tick(MINUTE);
    idle.acted();
  }
  assert.equal(checks, 0, 'somebody is at work');
  t.mock.timers.tick(5 * MINUTE);
  assert.equal(checks, 1);
  t.mock.timers.tick(23 * 60 * MINUTE);
  assert.equal(checks, 1);
  idle.acted();
  t.mock.timers.tick(60 * MINUTE);
  assert.equal(checks, 2);
  idle.close();
  t.mock.timers.tick(48 * 60 * MINUTE);
  assert.equal(checks, 2);
});
