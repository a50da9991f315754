/** Undo and redo against a model of two stacks, with restarts, crashes and torn lines in between. */
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../src/core/random.ts';
import { Fold } from '../../src/core/records/fold.ts';
import { Journal } from '../../src/journal/journal.ts';
import { countPhase, newOutcome, type Outcome } from './kills.ts';
import { hashNumber } from './records.ts';
import { Place } from './run.ts';

const RECORDS = 6;
const refs = Array.from({ length: RECORDS }, (_, n) => ({
  hash: hashNumber(n),
  src: 'a.jsonl',
  line: n + 1,
  n: 0,
}));

/** What a person sees of every record. */
function seen(fold: Fold): string {
  return JSON.stringify(
    refs.map((ref) => {
      const state = fold.stateOf(ref);
      return [state?.labels ?? [], state?.skipped ?? false, state?.flagged ?? false, state?.note ?? ''];
    }),
  );
}

/**
 * Acts at random: labels, clears, skips, flags, notes, undo (often many in a row), redo. The model keeps the picture
 * before every act, so undo has to bring back that very picture, and redo the one after.
 */
export async function undoSessions(steps: number): Promise<Outcome> {
  const outcome = newOutcome();
  const random = new Random(steps);
  using place = new Place();
  let { journal, fold } = await reopened(place);
  const undoStack: string[] = [];
  const redoStack: string[] = [];
  let now = seen(fold);

  for (let step = 0; step < steps; step++) {
    const choice = random.below(12);
    if (choice < 5) {
      const event = journal.stamp(randomAct(random, step));
      await journal.append([event]);
      fold.add([event]);
      undoStack.push(now);
      redoStack.length = 0;
      now = seen(fold);
      countPhase(outcome, 'acts');
    } else if (choice < 8) {
      const target = fold.undoable('ann');
      assert.equal(target !== undefined, undoStack.length > 0);
      if (!target) continue;
      await take(journal, fold, target.id);
      redoStack.push(now);
      now = undoStack.pop()!;
      countPhase(outcome, 'undos');
    } else if (choice < 11) {
      const target = fold.redoable('ann');
      assert.equal(target !== undefined, redoStack.length > 0);
      if (!target) continue;
      await take(journal, fold, target.undo.id);
      undoStack.push(now);
      now = redoStack.pop()!;
      countPhase(outcome, 'redos');
    } else {
      // A crash: the process never closed its journal, and its last line may be torn.
      if (random.below(2) === 0) await journal.close();
      else tear(place, random);
      ({ journal, fold } = await reopened(place));
      countPhase(outcome, 'restarts');
    }
    outcome.runs++;
    outcome.acks++;
    if (seen(fold) !== now) outcome.violations.push(`step ${step}: ${seen(fold)} instead of ${now}`);
  }
  await journal.close();
  return outcome;
}

async function reopened(place: Place): Promise<{ journal: Journal; fold: Fold }> {
  const { journal, events } = await Journal.open(place.folder, { annotator: 'ann' });
  const fold = new Fold();
  fold.add(events);
  return { journal, fold };
}

async function take(journal: Journal, fold: Fold, of: string): Promise<void> {
  const event = journal.stamp({ op: 'undo', of });
  await journal.append([event]);
  fold.add([event]);
}

function randomAct(random: Random, step: number) {
  const rec = refs[random.below(RECORDS)]!;
  const op = (['label', 'label', 'label', 'clear', 'skip', 'flag', 'unflag', 'note'] as const)[
    random.below(8)
  ]!;
  return {
    op,
    rec,
    ...(op === 'label' && { labels: [`L${random.below(3)}`] }),
    ...(op === 'note' && { text: `note ${step}` }),
  };
}

function tear(place: Place, random: Random): void {
  const names = existsSync(place.labels) ? readdirSync(place.labels) : [];
  for (const name of names) {
    if (name.endsWith('.lock')) rmSync(join(place.labels, name));
    else if (name.endsWith('.jsonl') && random.below(2) === 0) {
      appendFileSync(join(place.labels, name), '{"v":1,"id":"01a1f9c2-af00-74');
    }
  }
}
