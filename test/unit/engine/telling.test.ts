/** What a queue tells its views, and when: an engine that only says that it has changed is enough for that. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Engine } from '../../../src/engine/engine.ts';
import { QueueSession } from '../../../src/engine/queue-session.ts';

/** An engine without a record, whose project's name changes. */
function changingEngine(): { readonly engine: Engine; change(name: string): void } {
  let changed = () => {};
  const nothing = () => [];
  const engine = {
    project: { name: 'first', labels: [] },
    training: { phase: 'cold', labelsNeeded: 2 },
    index: { generation: 0 },
    asking: { chosen: nothing, audit: nothing, review: nothing, later: nothing, whyNothingLeft: () => '' },
    onChange: (listener: () => void) => {
      changed = listener;
      return () => {};
    },
    answeredCount: () => 0,
    latestAnswers: nothing,
    summary: () => ({ counts: {} }),
    banner: () => undefined,
    canUndo: () => false,
    canRedo: () => false,
    report: assert.ifError,
  };
  return {
    engine: engine as unknown as Engine,
    change: (name) => {
      engine.project.name = name;
      changed();
    },
  };
}

for (let turns = 0; turns < 12; turns++) {
  test(`a change ${turns} promises after views were told is told as well`, async () => {
    const { engine, change } = changingEngine();
    const session = new QueueSession(engine, { showGuess: () => true, sittingGoal: () => 0 });
    const told: string[] = [];
    session.onChange(async ({ project }) => {
      told.push(project);
      if (project !== 'second') return;
      for (let turn = 0; turn < turns; turn++) await undefined;
      change('third');
    });
    change('second');
    await nextTurn();
    assert.equal(told.at(-1), 'third');
  });
}
