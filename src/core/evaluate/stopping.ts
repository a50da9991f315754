/**
 * When enough has been labelled: stopping criteria, each a function of the same evidence. They advise; the person
 * decides. Add one to the list at the end, and the contract suite, the panel and the command line have it.
 */
import { count, decimal, percent, say, sayOf } from '../say.ts';
import type { Interval } from './intervals.ts';

export interface StoppingCriterion {
  /** As in JSON. */
  readonly name: string;
  /** As a heading. */
  readonly title: string;
  /** Where it comes from. */
  readonly citation: string;
  judge(evidence: StopEvidence): Judgement;
}

export interface Judgement {
  /** `unset`: the project sets no such goal. `unknown`: too little is known to say. */
  readonly state: 'met' | 'open' | 'unknown' | 'unset';
  /** The figures it rests on, in a sentence. */
  readonly evidence: string;
}

export interface StopEvidence {
  readonly goal: Goal;
  /** Answers spent so far, audit answers included. */
  readonly answers: number;
  /** Time spent on cards so far. */
  readonly minutes: number;
  /** The audited accuracy of the newest model; undefined while there are too few audit answers for a figure. */
  readonly accuracy: Interval | undefined;
  /** How successive models, 20 answers apart, agree on a fixed set of records; oldest first. */
  readonly agreements: readonly Agreement[];
  /** The mean entropy of the newest model's calibrated probabilities on these records, as a share of the highest. */
  readonly uncertainty: number | undefined;
}

/** What the person wants, as far as they said. */
export interface Goal {
  /** In (0, 1). */
  readonly accuracy?: number | undefined;
  readonly answers?: number | undefined;
  readonly minutes?: number | undefined;
}

/** Two successive models' predictions on the stop set. */
export interface Agreement {
  /** How many answers the later one learned from. */
  readonly labels: number;
  readonly kappa: number;
  /** The share of records whose predicted class changed. */
  readonly changed: number;
  /** The predicted change of F. */
  readonly changeOfF: number;
}

/** Pairs of models that a criterion looks back over. */
const WINDOW = 3;
const STABLE_KAPPA = 0.99;
/** A mean of .98, .99 and 1 counts as .99. */
const ROUNDING = 1e-9;
const SMALL_CHANGE_OF_F = 0.005;
/** Zhu, Wang & Hovy chose theirs by hand for each task; this one is for entropies as a share of the highest. */
const LOW_UNCERTAINTY = 0.05;

/** The lower bound of the audited accuracy has reached the goal: no luck of the draw is claimed. */
export const targetReached: StoppingCriterion = {
  name: 'target',
  title: 'Target reached',
  citation: 'Lower bound of the audit interval (Wilson 1927)',
  judge({ goal, accuracy }) {
    if (goal.accuracy === undefined) {
      return { state: 'unset', evidence: say('The project file sets no goal.accuracy.') };
    }
    if (!accuracy)
      return { state: 'unknown', evidence: say('There are too few audit answers for a figure.') };
    return {
      state: accuracy.low >= goal.accuracy ? 'met' : 'open',
      evidence: say(
        'At least {0} accurate with 95 % confidence; the goal is {1}.',
        percent(accuracy.low),
        percent(goal.accuracy),
      ),
    };
  },
};

/** The mean kappa of successive models on a fixed set is .99 or more over three rounds. */
export const stabilisingPredictions: StoppingCriterion = {
  name: 'stable-predictions',
  title: 'Stable predictions',
  citation: 'Bloodgood & Vijay-Shanker 2009',
  judge({ agreements }) {
    const latest = window(agreements);
    if (!latest) return tooEarly(agreements);
    const kappa = mean(latest.map((agreement) => agreement.kappa));
    return {
      state: kappa >= STABLE_KAPPA - ROUNDING ? 'met' : 'open',
      evidence: say(
        'Mean kappa of the latest three pairs of models: {0}; stable from {1} on.',
        decimal(kappa, 3),
        decimal(STABLE_KAPPA, 2),
      ),
    };
  },
};

/** No predicted class changed in the two latest rounds. */
export const classificationChange: StoppingCriterion = {
  name: 'classification-change',
  title: 'No prediction changes',
  citation: 'Zhu, Wang & Hovy 2008',
  judge({ agreements }) {
    const latest = agreements.slice(-2);
    if (latest.length < 2) return tooEarly(agreements);
    return {
      state: latest.every(({ changed }) => changed === 0) ? 'met' : 'open',
      evidence: say(
        'Predictions that changed in the two latest rounds: {0} and {1}.',
        percent(latest[0]!.changed, 1),
        percent(latest[1]!.changed, 1),
      ),
    };
  },
};

/** The model is sure of nearly everything: its mean entropy is low. */
export const overallUncertainty: StoppingCriterion = {
  name: 'overall-uncertainty',
  title: 'Low uncertainty',
  citation: 'Zhu, Wang & Hovy 2008',
  judge({ uncertainty }) {
    if (uncertainty === undefined) return { state: 'unknown', evidence: say('There is no model yet.') };
    return {
      state: uncertainty <= LOW_UNCERTAINTY ? 'met' : 'open',
      evidence: say(
        'Mean entropy: {0} of the highest possible; low from {1} down.',
        decimal(uncertainty, 3),
        decimal(LOW_UNCERTAINTY, 2),
      ),
    };
  },
};

/** F is predicted to change by less than .005 in each of three rounds. */
export const changeOfF: StoppingCriterion = {
  name: 'change-of-f',
  title: 'Small predicted change of F',
  citation: 'Altschuler & Bloodgood 2019',
  judge({ agreements }) {
    const latest = window(agreements);
    if (!latest) return tooEarly(agreements);
    return {
      state: latest.every((agreement) => agreement.changeOfF < SMALL_CHANGE_OF_F) ? 'met' : 'open',
      evidence: say(
        'Predicted change of F in the latest three rounds: {0}, {1} and {2}; small below {3}.',
        ...latest.map((agreement) => decimal(agreement.changeOfF, 3)),
        decimal(SMALL_CHANGE_OF_F, 3),
      ),
    };
  },
};

/** The answers or minutes set aside for this are spent. */
export const budgetSpent: StoppingCriterion = {
  name: 'budget',
  title: 'Budget spent',
  citation: 'goal.answers and goal.minutes of the project file',
  judge({ goal, answers, minutes }) {
    if (goal.answers === undefined && goal.minutes === undefined) {
      return { state: 'unset', evidence: say('The project file sets no goal.answers and no goal.minutes.') };
    }
    const isMet = answers >= (goal.answers ?? Infinity) || minutes >= (goal.minutes ?? Infinity);
    const said: string[] = [];
    if (goal.answers !== undefined)
      said.push(sayOf(goal.answers, '{1} of 1 answer', '{1} of {0} answers', count(answers)));
    if (goal.minutes !== undefined)
      said.push(sayOf(goal.minutes, '{1} of 1 minute', '{1} of {0} minutes', count(Math.floor(minutes))));
    return { state: isMet ? 'met' : 'open', evidence: say('So far: {0}.', said.join(', ')) };
  },
};

export const stoppingCriteria: readonly StoppingCriterion[] = [
  targetReached,
  budgetSpent,
  stabilisingPredictions,
  changeOfF,
  classificationChange,
  overallUncertainty,
];

function window(agreements: readonly Agreement[]): readonly Agreement[] | undefined {
  return agreements.length < WINDOW ? undefined : agreements.slice(-WINDOW);
}

function tooEarly({ length }: readonly Agreement[]): Judgement {
  return {
    state: 'unknown',
    evidence:
      length === 0
        ? say('No models to compare so far: there is one more after every 20 answers.')
        : sayOf(
            length,
            'One pair of models to compare so far: there is one more after every 20 answers.',
            '{0} pairs of models to compare so far: there is one more after every 20 answers.',
          ),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
