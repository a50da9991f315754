/** How far the annotators of a project agree: with each other on the same records, with themselves on equal texts. */
import { cohensKappa, krippendorffsAlpha } from '../core/evaluate/agreement.ts';
import type { RecordState } from '../core/records/decision.ts';
import type { AnnotatorAgreement } from '../protocol/curve.ts';
import { inSlices } from './slices.ts';

/** Records looked at between two looks at the clock. */
const RECORDS_A_STEP = 200;
/** More annotators are listed by name in nobody's table. */
const MOST_PAIRS = 20;

/**
 * @param states what holds for each record
 * @param hashOf the hash of the text that an answer was given to, by the id of its event
 * @returns undefined where no record and no text was answered twice
 */
export async function annotatorAgreement(
  states: Iterable<RecordState>,
  hashOf: (eventId: string) => string | undefined,
): Promise<AnnotatorAgreement | undefined> {
  const shared: RecordState['answers'][] = [];
  const byText = new Map<string, { first: string; same: boolean; times: number }>();
  await inSlices(
    (function* () {
      let seen = 0;
      for (const { answers } of states) {
        if (answers.length > 1) shared.push(answers);
        for (const { by, eventId, labels } of answers) {
          const hash = hashOf(eventId);
          if (hash === undefined) continue;
          const name = JSON.stringify([by, hash]);
          const value = oneOf(labels);
          const known = byText.get(name);
          if (!known) byText.set(name, { first: value, same: true, times: 1 });
          else
            byText.set(name, { ...known, same: known.same && known.first === value, times: known.times + 1 });
        }
        if (++seen % RECORDS_A_STEP === 0) yield;
      }
    })(),
  );
  const themselves = selfAgreement(byText);
  const alpha = krippendorffsAlpha(shared.map((answers) => answers.map(({ labels }) => oneOf(labels))));
  if (alpha === undefined) return themselves.length > 0 ? { records: 0, pairs: [], themselves } : undefined;
  return { records: shared.length, alpha, pairs: pairsOf(shared), themselves };
}

/** Cohen's kappa of any two annotators, those with the most records in common first. */
function pairsOf(shared: readonly RecordState['answers'][]): AnnotatorAgreement['pairs'] {
  const pairs = new Map<string, { a: string; b: string; said: [string[], string[]] }>();
  for (const answers of shared) {
    const inOrder = [...answers].sort((x, y) => (x.by < y.by ? -1 : 1));
    for (const [at, { by: a, labels }] of inOrder.entries()) {
      for (const { by: b, labels: others } of inOrder.slice(at + 1)) {
        const name = JSON.stringify([a, b]);
        const pair = pairs.get(name) ?? { a, b, said: [[], []] };
        pair.said[0].push(oneOf(labels));
        pair.said[1].push(oneOf(others));
        pairs.set(name, pair);
      }
    }
  }
  return [...pairs.values()]
    .sort((x, y) => y.said[0].length - x.said[0].length)
    .slice(0, MOST_PAIRS)
    .map(({ a, b, said }) => {
      const values = [...new Set(said.flat())];
      const classes = said.map((side) => Int32Array.from(side, (value) => values.indexOf(value)));
      return { a, b, records: said[0].length, kappa: cohensKappa(classes[0]!, classes[1]!, values.length) };
    });
}

/** Whether the same person said the same of the same text in several records. */
function selfAgreement(
  byText: ReadonlyMap<string, { readonly same: boolean; readonly times: number }>,
): AnnotatorAgreement['themselves'] {
  const people = new Map<string, { texts: number; same: number }>();
  for (const [name, { same, times }] of byText) {
    if (times < 2) continue;
    const [by] = JSON.parse(name) as [string];
    const { texts, same: before } = people.get(by) ?? { texts: 0, same: 0 };
    people.set(by, { texts: texts + 1, same: before + (same ? 1 : 0) });
  }
  return [...people].map(([by, counts]) => ({ by, ...counts }));
}

/** A set of labels as one value. */
function oneOf(labels: readonly string[]): string {
  return labels.length < 2 ? (labels[0] ?? '') : JSON.stringify([...labels].sort());
}
