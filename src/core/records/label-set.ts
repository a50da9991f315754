/** The project's classes. Ids are for ever; names, keys and order may change at any time. */

export interface Label {
  /** `L` and random letters; made once and never reused. */
  readonly id: string;
  readonly name: string;
  /** The single key that answers with this label; absent: its position decides (1…9, 0). */
  readonly key?: string;
  /** `#rrggbb`. */
  readonly color?: string;
  readonly description?: string;
  /** Hidden from new answers; old ones stay. */
  readonly retired?: boolean;
  /** The id of the label that answers for this one now. */
  readonly mergedInto?: string;
  /** Retired because these say more exactly what it said: the records that have it are asked about again. */
  readonly splitInto?: string[];
}

/** The labels a person can answer with now, in order. */
export function activeLabels(labels: readonly Label[]): Label[] {
  return labels.filter((label) => !label.retired && label.mergedInto === undefined);
}

/** Follows merges to the label that answers today. An unknown id is returned as it is; a cycle ends where it began. */
export function currentLabelId(labels: readonly Label[], id: string): string {
  const seen = new Set<string>();
  let current = id;
  for (;;) {
    const next = labels.find((label) => label.id === current)?.mergedInto;
    if (next === undefined || seen.has(next)) return current;
    seen.add(current);
    current = next;
  }
}

/** Finds a label by id, else by exact name, else by name ignoring case where only one fits. */
export function findLabel(labels: readonly Label[], idOrName: string): Label | undefined {
  const exact =
    labels.find((label) => label.id === idOrName) ?? labels.find((label) => label.name === idOrName);
  if (exact) return exact;
  const folded = labels.filter((label) => label.name.toLowerCase() === idOrName.toLowerCase());
  return folded.length === 1 ? folded[0] : undefined;
}

/** Whether a label's name is this one, or leads to it by a path: `billing/refund` is under `billing`. */
export function isUnder(name: string, ancestor: string): boolean {
  return name === ancestor || name.startsWith(`${ancestor}/`);
}

/** The names of labels. A label that no project file knows is called by its id. */
export function labelNames(labels: readonly Label[], ids: readonly string[]): string[] {
  return ids.map((id) => labels.find((label) => label.id === id)?.name ?? id);
}
