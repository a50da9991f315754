/** Puts together what the learning-curve page and `inkling curve --json` show: figures, advice, costs, findings. */
import { defined } from '../core/defined.ts';
import { prequential } from '../core/evaluate/prequential.ts';
import { stoppingCriteria } from '../core/evaluate/stopping.ts';
import type { Project } from '../core/records/project.ts';
import { sayAgain } from '../core/say.ts';
import type { AnnotatorAgreement, CurveSnapshot, Measurement } from '../protocol/curve.ts';
import type { Training } from '../protocol/training.ts';
import type { Answers } from './answers.ts';
import { FEW, findings } from './findings.ts';
import { findingsOfSets } from './findings-of-sets.ts';

/** How many of the latest guesses one point of the prequential line averages. */
const PREQUENTIAL_WINDOW = 30;

export interface Measured {
  readonly answers: Answers;
  readonly project: Project;
  readonly measurement: Measurement;
  /** In the index. */
  readonly records: number;
  readonly training: Training;
  readonly agreement: AnnotatorAgreement | undefined;
}

export function curveSnapshot(measured: Measured): CurveSnapshot {
  const { answers, project, measurement, records, training, agreement } = measured;
  const { tally } = answers;
  const audited = tally.audit().rows.length;
  const spent = { answers: tally.labelled, timed: tally.timed.answers, minutes: tally.timed.ms / 60_000 };
  const evidence = {
    goal: project.goal ?? {},
    answers: spent.answers,
    minutes: spent.minutes,
    accuracy: audited >= FEW ? measurement.points.at(-1)?.accuracy : undefined,
    agreements: measurement.agreements,
    uncertainty: measurement.uncertainty,
  };
  // The others look at accuracy, or at one guess a record.
  const criteria = project.multiLabel
    ? stoppingCriteria.filter(({ name }) => name === 'budget')
    : stoppingCriteria;
  const known = {
    ...measurement,
    forecast: said(measurement.forecast),
    againstRandom: said(measurement.againstRandom),
    labels: tally.labels(),
    trained: tally.training().rows.length,
    audited,
    records,
    stopping: criteria.map(({ name, title, citation, judge }) => ({
      name,
      title: sayAgain(title),
      citation: sayAgain(citation),
      ...judge(evidence),
    })),
    spent,
  };
  return {
    ...known,
    revision: answers.revision,
    project: project.name,
    ...(project.multiLabel ? { multiLabel: true, none: tally.none } : {}),
    prequential: prequential(tally.guesses(), PREQUENTIAL_WINDOW),
    window: PREQUENTIAL_WINDOW,
    findings: project.multiLabel ? findingsOfSets({ ...known, none: tally.none }) : findings(known),
    training,
    ...defined({ agreement }),
  };
}

/** The learner's thread says in English why it can't tell. */
function said<Result extends { readonly known: true } | { readonly known: false; readonly why: string }>(
  result: Result,
): Result {
  return result.known ? result : { ...result, why: sayAgain(result.why) };
}
