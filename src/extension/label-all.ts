/**
 * *Inkling: Label All Found…*: gives what a search has found one label in one stroke, after a random sample of it was
 * answered one by one, and offers to take it back.
 */
import * as vscode from 'vscode';
import { wilsonInterval } from '../core/evaluate/intervals.ts';
import { count, percent, sayOf } from '../core/say.ts';
import type { Engine } from '../engine/engine.ts';
import type { Rest } from '../engine/found-records.ts';
import type { QueueSession } from '../engine/queue-session.ts';

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
  const label = await pickLabel(engine, rest);
  if (label === undefined) return;
  const answered = await session.labelRest(label.id);
  const takeBack = vscode.l10n.t('Take Back');
  const chosen = await vscode.window.showInformationMessage(
    sayOf(
      answered,
      '1 record is “{1}” now. One undo takes it back.',
      '{0} records are “{1}” now. One undo takes all of them back.',
      label.name,
    ),
    takeBack,
  );
  if (chosen === takeBack) await session.undo();
}

/** The label for the others, with what the sample says of it: the most frequent first. */
async function pickLabel(engine: Engine, rest: Rest): Promise<{ id: string; name: string } | undefined> {
  const sampled = new Map(rest.sampled.map(({ label, count: times }) => [label, times]));
  const items = engine
    .activeLabels()
    .map(({ id, name }) => ({ label: name, id, times: sampled.get(id) ?? 0 }))
    .sort((a, b) => b.times - a.times)
    .map((item) => ({ ...item, detail: evidence(item.times, rest) }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Label the Other {0} at Once', count(rest.rows.length)),
    placeHolder: vscode.l10n.t('One undo takes all of them back; records of the audit set are left out'),
  });
  return picked && { id: picked.id, name: picked.label };
}

function evidence(times: number, { answered, exempt }: Rest): string {
  if (answered === 0) return exempt ? '' : vscode.l10n.t('none of the sample');
  const { low, high } = wilsonInterval(times, answered);
  return vscode.l10n.t(
    '{0} of {1} drawn at random: probably {2} to {3} of the others',
    count(times),
    count(answered),
    percent(low),
    percent(high),
  );
}
