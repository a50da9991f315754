/**
 * *Inkling: Label All Found…*: gives what a search has found one label in one stroke, after a random sample of it was
 * answered one by one, and offers to take it back.
 */
import * as vscode from 'vscode';
import { wilsonInterval } from '../core/evaluate/intervals.ts';
import type { Engine } from '../engine/engine.ts';
import type { Rest } from '../engine/found-records.ts';
import type { QueueSession } from '../engine/queue-session.ts';

export async function labelAllFound(session: QueueSession, engine: Engine): Promise<void> {
  const rest = await session.rest();
  if (!rest) return;
  if (rest.rows.length === 0) {
    await vscode.window.showInformationMessage(
      'Every record found has an answer, or belongs to the audit set.',
    );
    return;
  }
  if (!rest.exempt && (rest.drawn === 0 || rest.answered < rest.drawn)) {
    if (rest.drawn === 0) await session.drawSample();
    const left = rest.drawn === 0 ? 10 : rest.drawn - rest.answered;
    await vscode.window.showInformationMessage(
      `First answer ${left} of these ${count(rest.rows.length)} records, drawn at random: they come next. Then label all others at once.`,
    );
    return;
  }
  const label = await pickLabel(engine, rest);
  if (label === undefined) return;
  const answered = await session.labelRest(label.id);
  const takeBack = 'Take Back';
  const chosen = await vscode.window.showInformationMessage(
    `${count(answered)} records are “${label.name}” now. One undo takes all of them back.`,
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
    title: `Label the Other ${count(rest.rows.length)} at Once`,
    placeHolder: 'One undo takes all of them back; records of the audit set are left out',
  });
  return picked && { id: picked.id, name: picked.label };
}

function evidence(times: number, { answered, exempt }: Rest): string {
  if (answered === 0) return exempt ? '' : 'none of the sample';
  const { low, high } = wilsonInterval(times, answered);
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  return `${times} of ${answered} drawn at random: probably ${percent(low)} to ${percent(high)} of the others`;
}

function count(number: number): string {
  return number.toLocaleString();
}
