/** Checks the journal on disk, line by line, against what the engine holds in memory and against the index. */
import { createHash } from 'node:crypto';
import { Fold } from '../core/records/fold.ts';
import { type JournalReport, verifyJournal } from '../journal/verify.ts';
import type { AnswerLookup, Answers } from './answers.ts';
import { inSlices } from './slices.ts';

export interface VerifyReport extends JournalReport {
  readonly labelled: number;
  /** Whether a fresh reading of the journal comes to what the engine holds. */
  readonly memory: 'same' | 'differs';
  /** Labelled records looked up in the index. */
  readonly records: number;
  /** Those of them that the index does not hold with the text that was labelled. */
  readonly mismatches: readonly { readonly src: string; readonly line: number; readonly hash: string }[];
}

/** Groups of acts hashed, and records looked up, between two looks at the clock. */
const STEP = 50;

/**
 * @param root the workspace folder
 * @param isRefused whether an event counts as not saved although its line may be in a file
 */
export async function verifyAll(
  root: string,
  answers: Answers,
  lookup: AnswerLookup,
  isRefused: (eventId: string) => boolean,
): Promise<VerifyReport> {
  const fresh = new Fold();
  const journal = await verifyJournal(root, (events) => {
    fresh.add(events.filter(({ id }) => !isRefused(id)));
  });
  const same = (await digestOf(fresh)) === (await digestOf(answers.fold));
  return {
    ...journal,
    labelled: answers.tally.labelled,
    memory: same ? 'same' : 'differs',
    ...(await checkRecords(answers, lookup)),
  };
}

/** What a fold comes to: the acts that count, record by record. Equal for equal sets of events. */
async function digestOf(fold: Fold): Promise<string> {
  const digest = createHash('sha256');
  const hashes = [...fold.hashes()].sort();
  await inSlices(
    (function* () {
      for (const [position, hash] of hashes.entries()) {
        const groups = fold.groupsOfHash(hash).filter(({ live }) => live);
        const lines = groups.map((group) =>
          JSON.stringify([group.ref.src, group.ref.id, group.ref.n, group.acts().map(({ id }) => id)]),
        );
        for (const line of lines.sort()) digest.update(`${hash} ${line}\n`);
        if (position % STEP === 0) yield;
      }
    })(),
  );
  return digest.digest('hex');
}

/** An answer that is attached or follows was given to the very text that the index has there. */
async function checkRecords(
  answers: Answers,
  lookup: AnswerLookup,
): Promise<Pick<VerifyReport, 'records' | 'mismatches'>> {
  const mismatches: { src: string; line: number; hash: string }[] = [];
  let records = 0;
  await inSlices(
    (function* () {
      for (const [row, { decision }] of answers.states()) {
        const ref = decision && answers.event(decision.eventId)?.rec;
        if (!ref) continue;
        const isSame = lookup.record(row)?.hash === ref.hash;
        if (isSame === (decision.standing === 'stale'))
          mismatches.push({ src: ref.src, line: ref.line, hash: ref.hash });
        if (records++ % STEP === 0) yield;
      }
    })(),
  );
  return { records, mismatches };
}
