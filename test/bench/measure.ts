/** Takes times: processor and wall, medians of several runs. */

export interface Times {
  /** Milliseconds of processor time, all threads of this process. */
  readonly cpu: number;
  /** Milliseconds. */
  readonly wall: number;
}

export async function timed(work: () => unknown): Promise<Times> {
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { cpu: (user + system) / 1000, wall: performance.now() - wall };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Runs both in turn, so that what else the machine does falls on both alike. Medians of processor time. */
export async function interleaved(
  rounds: number,
  ours: () => Promise<Times>,
  theirs: () => Promise<Times>,
): Promise<{ ours: Times; theirs: Times }> {
  const times: { ours: Times; theirs: Times }[] = [];
  for (let round = 0; round < rounds; round++) times.push({ ours: await ours(), theirs: await theirs() });
  const middle = (of: 'ours' | 'theirs') => ({
    cpu: median(times.map((time) => time[of].cpu)),
    wall: median(times.map((time) => time[of].wall)),
  });
  return { ours: middle('ours'), theirs: middle('theirs') };
}
