/** The labels of many records, where a record can have several or none: one flat list, cut by record. */

/** Record i has the classes `members[starts[i]]` … `members[starts[i + 1] − 1]`: ascending, without repetition. */
export interface LabelSets {
  /** recordCount + 1 positions into `members`. */
  readonly starts: Int32Array;
  readonly members: Int32Array;
}

/** @param sets by record; each ascending, without repetition */
export function labelSets(sets: readonly (readonly number[])[]): LabelSets {
  const starts = new Int32Array(sets.length + 1);
  sets.forEach((set, record) => {
    starts[record + 1] = starts[record]! + set.length;
  });
  return { starts, members: Int32Array.from(sets.flat()) };
}

/** The classes of one record, in place. */
export function setOf({ starts, members }: LabelSets, record: number): Int32Array {
  return members.subarray(starts[record]!, starts[record + 1]!);
}

/** The sets of the records at `positions`, in that order; a position may repeat. */
export function selectSets(sets: LabelSets, positions: Int32Array): LabelSets {
  return labelSets(Array.from(positions, (record) => Array.from(setOf(sets, record))));
}

/** The sets of the first records. */
export function firstSets({ starts, members }: LabelSets, count: number): LabelSets {
  return { starts: starts.slice(0, count + 1), members: members.slice(0, starts[count]!) };
}

/** How many records have each class. */
export function classSizes({ members }: LabelSets, classCount: number): Int32Array {
  const sizes = new Int32Array(classCount);
  for (const k of members) sizes[k]!++;
  return sizes;
}

/** Whether a model can tell anything: some class that a part of the records has, and a part has not. */
export function isTeachable(sets: LabelSets, classCount: number): boolean {
  const records = sets.starts.length - 1;
  return classSizes(sets, classCount).some((size) => size > 0 && size < records);
}
