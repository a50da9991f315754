/**
 * *Inkling: Label All Found…*: gives what a search has found one label in one stroke, after a random sample of it was
 * answered one by one, and offers to take it back.
 */
import * as vscode from 'vscode';
import { count, percent, sayOf } from '../core/say.ts';
import type { Engine } from '../engine/engine.ts';
import type { Rest } from '../engine/found-records.ts';
import type { QueueSession } from '../engine/queue-session.ts';
import { pickMany, pickOne } from './pick.ts';

export async function labelAllFound(session: QueueSession, engine: Engine): Promise<void> {
  const rest = await session.rest();
  if (!rest) return;
  if (rest.rows.length === 0) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t('Every record found has an answer, or belongs to the audit set.'),
    );
    return;
  }
  if (!rest.exempt && (rest.drawn === 0 || rest.answered < rest.drawn)) {
    if (rest.drawn === 0) await session.drawSample();
    const left = rest.drawn === 0 ? 10 : rest.drawn - rest.answered;
    await vscode.window.showInformationMessage(
      sayOf(
        rest.rows.length,
        'First answer this record: it comes next.',
        'First answer {1} of these {0} records, drawn at random: they come next. Then label all others at once.',
        count(left),
      ),
    );
    return;
  }
  const labels = await pickLabels(engine, rest);
  if (labels === undefined) return;
  const answered = await session.labelRest(...labels.map(({ id }) => id));
  const names = labels.map(({ label }) => label).join(', ') || vscode.l10n.t('none of the labels');
  const takeBack = vscode.l10n.t('Take Back');
  const chosen = await vscode.window.showInformationMessage(
    sayOf(
      answered,
      '1 record is “{1}” now. One undo takes it back.',
      '{0} records are “{1}” now. One undo takes all of them back.',
      names,
    ),
    takeBack,
  );
  if (chosen === takeBack) await session.undo();
}

/**
 * The label for the others, or the labels where a record can have several, with what the sample says of each: the most
 * frequent first. Undefined when the person left.
 */
async function pickLabels(
  engine: Engine,
  rest: Rest,
): Promise<readonly { readonly id: string; readonly label: string }[] | undefined> {
  const sampled = new Map(rest.sampled.map(({ label, count: times }) => [label, times]));
  const items = engine
    .activeLabels()
    .map(({ id, name }) => ({ label: name, id, times: sampled.get(id) ?? 0 }))
    .sort((a, b) => b.times - a.times)
    .map((item) => ({
      ...item,
      detail: evidence(item.times, rest),
      // Looked at only where several can be picked: what most of the sample has.
      picked: 2 * item.times > rest.answered,
    }));
  const options = {
    title: vscode.l10n.t('Label the Other {0} at Once', count(rest.rows.length)),
    placeHolder: vscode.l10n.t('One undo takes all of them back; records of the audit set are left out'),
  };
  if (engine.project.multiLabel) return pickMany(items, options);
  const picked = await pickOne(items, options);
  return picked && [picked];
}

function evidence(times: number, { answered, exempt, share }: Rest): string {
  if (answered === 0) return exempt ? '' : vscode.l10n.t('none of the sample');
  const { low, high } = share(times);
  return vscode.l10n.t(
    '{0} of {1} drawn at random: probably {2} to {3} of the others',
    count(times),
    count(answered),
    percent(low),
    percent(high),
  );
}
