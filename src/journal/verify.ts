/** Checks a whole journal, line by line: what `inkling verify` reports. Changes nothing. */
import { join } from 'node:path';
import type { JournalEvent } from '../core/records/event.ts';
import { readJournalFile } from './file-reader.ts';
import { type FileProblem, journalFileNames } from './journal.ts';
import { LineReader, lineOf } from './line.ts';

export interface JournalReport {
  readonly files: number;
  readonly lines: number;
  /** Different events. */
  readonly events: number;
  /** Lines that repeat an event word for word, as git's union merge makes them: harmless. */
  readonly copies: number;
  readonly problems: readonly FileProblem[];
}

/**
 * @param root the workspace folder
 * @param onEvents gets the events of good lines as they are read, copies too
 */
export async function verifyJournal(
  root: string,
  onEvents: (events: readonly JournalEvent[]) => void = () => {},
): Promise<JournalReport> {
  const folder = join(root, '.inkling', 'labels');
  const reader = new LineReader();
  const seen = new Map<string, JournalEvent>();
  const problems: FileProblem[] = [];
  const names = await journalFileNames(folder);
  let lines = 0;
  let copies = 0;
  for (const name of names) {
    const file = `.inkling/labels/${name}`;
    const take = (events: JournalEvent[], eventLines: number[]) => {
      onEvents(events);
      for (const [index, event] of events.entries()) {
        const known = seen.get(event.id);
        if (!known) seen.set(event.id, event);
        else if (lineOf(known) === lineOf(event)) copies++;
        else problems.push({ file, line: eventLines[index]!, ...idReused });
      }
    };
    try {
      const reading = await readJournalFile(join(folder, name), undefined, reader, take);
      if (reading.kind === 'grown') {
        const { problems: found, tail } = reading.file;
        lines += reading.file.lines + (reading.file.offset < reading.file.size ? 1 : 0);
        for (const problem of tail ? [...found, tail] : found) problems.push({ file, ...problem });
      } else if (reading.kind === 'missing' && reading.problem) {
        problems.push({ file, ...reading.problem });
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      problems.push({
        file,
        line: 1,
        code: 'unreadable',
        message: `This file can't be read (${code ?? String(error)}).`,
      });
    }
  }
  problems.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  return { files: names.length, lines, events: seen.size, copies, problems };
}

const idReused = {
  code: 'id-reused',
  message:
    'This line has the id of another event but says something else; the one with the higher counter counts.',
} as const;
