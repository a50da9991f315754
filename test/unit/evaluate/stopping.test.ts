/** What every stopping criterion keeps to, and at which figures each changes its mind. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Agreement,
  budgetSpent,
  changeOfF,
  classificationChange,
  overallUncertainty,
  type StopEvidence,
  type StoppingCriterion,
  stabilisingPredictions,
  stoppingCriteria,
  targetReached,
} from '../../../src/core/evaluate/stopping.ts';

const nothing: StopEvidence = {
  goal: {},
  answers: 0,
  minutes: 0,
  accuracy: undefined,
  agreements: [],
  uncertainty: undefined,
};
const accuracy = { value: 0.9, low: 0.85, high: 0.94 };
const round = (kappa: number, changed = 0, changeOf = 0): Agreement => ({
  labels: 100,
  kappa,
  changed,
  changeOfF: changeOf,
});
const still = [round(1), round(1), round(1)];
const finished: StopEvidence = {
  goal: { accuracy: 0.8, answers: 100, minutes: 5 },
  answers: 120,
  minutes: 6,
  accuracy,
  agreements: still,
  uncertainty: 0.01,
};

for (const criterion of stoppingCriteria) {
  test(`${criterion.name}: knows nothing of nothing, and says stop when everything speaks for it`, () => {
    assert.match(criterion.judge(nothing).state, /unknown|unset/);
    assert.equal(criterion.judge(finished).state, 'met');
  });

  test(`${criterion.name}: a project that is moving is not told to stop`, () => {
    const moving = {
      goal: { accuracy: 0.95, answers: 1000, minutes: 60 },
      answers: 120,
      minutes: 6,
      accuracy,
      agreements: [round(0.7, 0.2, 0.3), round(0.8, 0.1, 0.2), round(0.9, 0.05, 0.1)],
      uncertainty: 0.6,
    };
    assert.equal(criterion.judge(moving).state, 'open');
  });

  test(`${criterion.name}: gives its evidence in a sentence, its source, and the same judgement twice`, () => {
    for (const evidence of [nothing, finished]) {
      const judgement = criterion.judge(evidence);
      assert.match(judgement.evidence, /^[A-Z].*\.$/);
      assert.doesNotMatch(judgement.evidence, /NaN|undefined|Infinity/);
      assert.deepEqual(criterion.judge(evidence), judgement);
    }
    assert.notEqual(criterion.citation, '');
  });
}

test('no two criteria share a name', () => {
  assert.equal(new Set(stoppingCriteria.map(({ name }) => name)).size, stoppingCriteria.length);
});

function check(
  criterion: StoppingCriterion,
  given: Partial<StopEvidence>,
  state: string,
  words?: RegExp,
): void {
  const judgement = criterion.judge({ ...nothing, ...given });
  assert.equal(judgement.state, state, judgement.evidence);
  if (words) assert.match(judgement.evidence, words);
}

test('the target is reached by the lower bound, not by the figure', () => {
  check(targetReached, { goal: { accuracy: 0.85 }, accuracy }, 'met', /At least 85 % .* goal is 85 %/);
  check(targetReached, { goal: { accuracy: 0.86 }, accuracy }, 'open');
});

test('predictions are stable when the mean of the three latest kappas is .99', () => {
  check(
    stabilisingPredictions,
    { agreements: [round(0.2), round(0.98), round(0.99), round(1)] },
    'met',
    /0\.990/,
  );
  check(stabilisingPredictions, { agreements: [round(1), round(0.98), round(0.99), round(0.99)] }, 'open');
  check(stabilisingPredictions, { agreements: [round(1), round(1)] }, 'unknown', /2 pairs of models/);
});

test('no change means none at all in two rounds', () => {
  check(classificationChange, { agreements: [round(1, 0.3), round(1, 0), round(1, 0)] }, 'met');
  check(classificationChange, { agreements: [round(1, 0), round(1, 0.0005)] }, 'open', /0\.0 % and 0\.1 %/);
});

test('each of three predicted changes of F is below .005', () => {
  check(changeOfF, { agreements: [round(1, 0, 0.0049), round(1, 0, 0), round(1, 0, 0.004)] }, 'met');
  check(changeOfF, { agreements: [round(1, 0, 0.005), round(1, 0, 0), round(1, 0, 0)] }, 'open');
});

test('uncertainty is low from .05 down', () => {
  check(overallUncertainty, { uncertainty: 0.05 }, 'met');
  check(overallUncertainty, { uncertainty: 0.051 }, 'open');
});

test('either budget ends it, and both are shown', () => {
  check(
    budgetSpent,
    { goal: { answers: 100, minutes: 60 }, answers: 100, minutes: 12.7 },
    'met',
    /100 of 100 answers, 12 of 60 minutes/,
  );
  check(budgetSpent, { goal: { minutes: 60 }, answers: 5000, minutes: 59 }, 'open');
});
