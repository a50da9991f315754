/** What is said of a record's answer, and in which colour its label is drawn: the same words everywhere in VS Code. */
import * as vscode from 'vscode';
import type { RecordState } from '../core/records/decision.ts';
import type { Label } from '../core/records/label-set.ts';

export interface ShownAnswer {
  /** `billing`, `billing, refund`, `none of the labels`, `billing · flagged`, `Ada: billing ≠ Bo: delivery`, `skipped`. */
  readonly words: string;
  /** The id of its first label; absent when nothing or no single answer holds. */
  readonly label?: string;
}

/** Undefined when there is nothing to say. */
export function shownAnswer(
  state: RecordState | undefined,
  labels: readonly Label[],
): ShownAnswer | undefined {
  if (!state) return undefined;
  const names = (ids: readonly string[]) =>
    ids.map((id) => oneLine(labels.find((label) => label.id === id)?.name ?? id, 60)).join(', ') ||
    vscode.l10n.t('none of the labels');
  const said: string[] = [];
  if (state.labels) said.push(names(state.labels));
  else if (state.disagreement)
    said.push(state.disagreement.map((one) => `${one.by}: ${names(one.labels)}`).join(' ≠ '));
  else if (state.unsure) said.push(vscode.l10n.t('unsure'));
  else if (state.skipped) said.push(vscode.l10n.t('skipped'));
  if (state.flagged) said.push(vscode.l10n.t('flagged'));
  if (state.labels && state.standing === 'stale') said.push(vscode.l10n.t('its text has changed since'));
  if (said.length === 0) return undefined;
  const label = state.labels?.[0];
  return { words: said.join(' · '), ...(label === undefined ? {} : { label }) };
}

/** Text for one line of VS Code's own interface: white space folded, cut where it gets long. */
export function oneLine(text: string, limit: number): string {
  const line = text
    .slice(0, limit * 4)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

/** A label's colour: its own, or the chart colour of its place, as on the cards. */
export interface LabelColor {
  readonly light: string;
  readonly dark: string;
}

export function labelColor(labels: readonly Label[], id: string | undefined): LabelColor {
  const place = labels.findIndex((label) => label.id === id);
  const own = labels[place]?.color;
  if (own !== undefined && /^#[0-9a-f]{6}$/i.test(own)) return { light: own, dark: own };
  return CHART_COLORS[Math.max(place, 0) % CHART_COLORS.length]!;
}

/** A label's colour as an icon of lists and trees. */
export function labelIcon(
  labels: readonly Label[],
  id: string | undefined,
): { light: vscode.Uri; dark: vscode.Uri } {
  const { light, dark } = labelColor(labels, id);
  return { light: dot(light), dark: dot(dark) };
}

/** A small disc as a picture, for places that take no theme colour. Hollow: something other than a label. */
export function dot(color: string, { hollow = false } = {}): vscode.Uri {
  const paint = hollow ? `fill="none" stroke="${color}" stroke-width="1.5"` : `fill="${color}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16"><circle cx="8" cy="8" r="4" ${paint}/></svg>`;
  return vscode.Uri.parse(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`);
}

/**
 * VS Code's chart colours in the order the cards use them, by value: pictures can't name a theme's colour, quick picks
 * draw theme icons without their colours, and some themes make orange all but invisible.
 */
const CHART_COLORS: readonly LabelColor[] = [
  { light: '#1a85ff', dark: '#3794ff' },
  { light: '#d18616', dark: '#d18616' },
  { light: '#388a34', dark: '#89d185' },
  { light: '#652d90', dark: '#b180d7' },
  { light: '#e51400', dark: '#f14c4c' },
  { light: '#bf8803', dark: '#cca700' },
];
