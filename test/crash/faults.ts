/** Disks that fail: errors injected into single calls, disks that are full, files that git replaces, torn last lines. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { changedBytes, journalBytes, lostEvents, violationsAfterGoingOn } from './check.ts';
import { countPhase, newOutcome, type Outcome } from './kills.ts';
import { Place, run, type Told } from './run.ts';

/**
 * Lets the k-th call of each kind fail, for every k until none fails any more.
 *
 * @param lastings `''` for a single failure, `'+'` for all from the first on
 */
export async function failingCalls(errors: readonly string[], lastings: readonly string[]): Promise<Outcome> {
  const outcome = newOutcome();
  for (const error of errors) {
    for (const call of ['openat', 'mkdir', 'write', 'fdatasync', 'fsync']) {
      for (const lasting of lastings) {
        for (let k = 1; ; k++) {
          using place = new Place();
          const paths = place.paths.flatMap((path) => ['-P', path]);
          const inject = `inject=${call}:error=${error}:when=${k}${lasting}`;
          const strace = [...paths, '-e', `trace=${call}`, '-e', inject];
          const told = await run(place, { scenario: 'label', count: 2, strace });
          outcome.acks += told.acks.length;
          const injected = existsSync(place.log) && readFileSync(place.log, 'latin1').includes('(INJECTED)');
          outcome.violations.push(
            ...[...broken(told), ...(await violationsAfterGoingOn(place, told.acks))].map(
              (violation) => `${call} ${k}${lasting} ${error}: ${violation}`,
            ),
          );
          if (!injected) break;
          outcome.runs++;
          countPhase(outcome, `${call} ${error}`);
          // A lasting error that begins later fails less; the single one has shown those calls already.
          if (lasting) break;
        }
      }
    }
  }
  return outcome;
}

/** Errors a person can do nothing with, and errors that outlast their cause. */
function broken(told: Told): string[] {
  return told.errors.flatMap(({ code }) => (code.startsWith('not-a-user-error') ? [code] : []));
}

/** Whether this process may mount a disk of its own. */
export function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-mount-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status === 0;
  if (mounted) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
  return mounted;
}

/** Labels until a disk of 64 KiB is full, which cuts a write short without an error; then makes room and goes on. */
export async function fullDisk(seed?: string): Promise<Outcome> {
  const outcome = newOutcome();
  for (const ballast of [0, 4099, 8111, 12203]) {
    const base = mkdtempSync(join(tmpdir(), 'inkling-full-'));
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', base]);
    try {
      // What the child tells must not be on the full disk.
      using place = new Place(base, join(tmpdir(), `inkling-acks-${process.pid}`));
      writeFileSync(join(base, 'ballast'), Buffer.alloc(ballast));
      writeFileSync(join(base, 'room'), Buffer.alloc(8192));
      const told = await run(place, { scenario: 'label', count: 200, seed });
      outcome.runs++;
      outcome.acks += told.acks.length;
      countPhase(outcome, `${told.errors.length} labels refused`);
      if (told.errors.length === 0) outcome.violations.push('the disk was not full');
      outcome.violations.push(
        ...broken(told),
        ...told.errors.flatMap(({ code }) => (code === 'disk-full' ? [] : [code])),
      );
      rmSync(join(base, 'room'));
      outcome.violations.push(...(await violationsAfterGoingOn(place, told.acks)));
    } finally {
      spawnSync('umount', [base]);
      rmSync(base, { recursive: true, force: true });
    }
  }
  return outcome;
}

/**
 * Puts another file under the journal's name while a label is being flushed, as git does on checkout: the label must
 * be in the new file before it is acknowledged.
 */
export async function replacedFiles(seed?: string): Promise<Outcome> {
  const outcome = newOutcome();
  for (const k of [2, 3, 4]) {
    using place = new Place();
    const strace = [
      '-P',
      place.journal,
      '-e',
      'trace=fdatasync',
      '-e',
      `inject=fdatasync:signal=SIGSTOP:when=${k}`,
    ];
    const told = await run(place, { scenario: 'label', count: 5, seed, strace }, async (child) => {
      let pid: number | undefined;
      child.stdout!.once('data', (data) => {
        pid = Number(/^pid (\d+)$/m.exec(data)![1]);
      });
      // The k-th label is in the file, and its flush is held up: what is acknowledged is all but the last line.
      const lines = () => (existsSync(place.journal) ? readFileSync(place.journal, 'utf8').split('\n') : []);
      while (pid === undefined || lines().length <= k) await sleep(5);
      writeFileSync(
        `${place.journal}.new`,
        `${lines()
          .slice(0, k - 1)
          .join('\n')}\n`,
      );
      renameSync(`${place.journal}.new`, place.journal);
      // Again and again until it is gone, since it may be about to stop only.
      while (goesOn(pid)) await sleep(20);
    });
    outcome.runs++;
    outcome.acks += told.acks.length;
    countPhase(outcome, 'replaced while flushed');
    if (told.acks.length !== 5) outcome.violations.push(`only ${told.acks.length} of 5 were acknowledged`);
    outcome.violations.push(...(await violationsAfterGoingOn(place, told.acks)));
  }
  return outcome;
}

/** Lets a process go on that was stopped. @returns false when it is gone */
function goesOn(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGCONT');
  } catch {
    return false;
  }
}

/** Cuts a journal anywhere in its last two lines, and lets the next labels follow. */
export async function tornTails(seed?: string, step = 1): Promise<Outcome> {
  const outcome = newOutcome();
  using place = new Place();
  const first = await run(place, { scenario: 'label', count: 3 });
  const bytes = readFileSync(place.journal);
  const secondLast = bytes.lastIndexOf(10, bytes.lastIndexOf(10, bytes.length - 2) - 1) + 1;
  for (let length = bytes.length - 1; length >= secondLast; length -= step) {
    writeFileSync(place.journal, bytes);
    truncateSync(place.journal, length);
    const kept = journalBytes(place);
    const whole = bytes.subarray(0, length).toString().split('\n').filter(isWhole).length;
    // Without a seeded bug the labels are made here, which is quicker than another process.
    const told = seed ? await run(place, { scenario: 'label', count: 1, seed }) : undefined;
    outcome.runs++;
    countPhase(outcome, bytes[length] === 10 ? 'only the line end was lost' : 'within a line');
    const acked = [...first.acks.slice(0, whole), ...(told?.acks ?? [])];
    outcome.acks += acked.length;
    outcome.violations.push(
      ...(seed ? await lostEvents(place, acked) : await violationsAfterGoingOn(place, acked)),
      ...changedBytes(kept, journalBytes(place)),
    );
    if (statSync(place.journal).size <= length) outcome.violations.push('nothing was appended');
  }
  return outcome;
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
