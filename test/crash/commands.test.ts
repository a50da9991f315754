/** The command line killed in each phase of its work, and at the system calls of a label. The long form: `npm run test:crash`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandKills, commandPoints } from './commands.ts';
import { phases } from './phases.ts';
import { hasStrace } from './run.ts';

test('commands that are killed lose no acknowledged label and leave a folder that goes on, whatever they were doing', async (t) => {
  const outcome = await commandKills(2 * Object.keys(phases).length, true);
  t.diagnostic(`${outcome.runs} kills, ${outcome.acks} acknowledged: ${said(outcome.phases)}`);
  assert.deepEqual(outcome.violations, []);
  // A command may also be done before it is killed: that is tried again.
  for (const phase of Object.keys(phases)) assert.ok(outcome.phases.has(phase), `${phase} is not left out`);
  assert.ok(outcome.acks > 0);
});

test('a label command killed before, within and after the write of a label loses nothing it acknowledged', {
  skip: hasStrace ? false : 'skipped: strace is not installed or may not trace',
}, async (t) => {
  const outcome = await commandPoints(1);
  t.diagnostic(`${outcome.runs} kills, ${outcome.acks} acknowledged: ${said(outcome.phases)}`);
  assert.deepEqual(outcome.violations, []);
  assert.ok(outcome.runs >= 3 && outcome.acks > 0);
});

function said(phases: ReadonlyMap<string, number>): string {
  return [...phases].map(([phase, times]) => `${phase} ${times}`).join(', ');
}
