/** Reads recorded answers: JSONL files with a text and a label a line. */
import { readFile } from 'node:fs/promises';
import { UserError } from '../../core/user-error.ts';

export interface AnsweredRecords {
  readonly texts: readonly string[];
  readonly labels: readonly string[];
}

/** @throws UserError `file-unreadable`, or `answer-missing` for the first line without a text and a label */
export async function readAnswered(path: string): Promise<AnsweredRecords> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch {
    throw new UserError('file-unreadable', `${path} can't be read`, 'Give a JSONL file that exists.');
  }
  const texts: string[] = [];
  const labels: string[] = [];
  content.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const record = parsed(line);
    if (typeof record?.text !== 'string' || typeof record.label !== 'string') {
      throw new UserError(
        'answer-missing',
        `Line ${index + 1} of ${path} has no text and label`,
        'Every line must be a JSON object with a "text" and a "label", both strings.',
      );
    }
    texts.push(record.text);
    labels.push(record.label);
  });
  if (texts.length === 0) {
    throw new UserError('answer-missing', `${path} holds no records`, 'Give a file with a record a line.');
  }
  return { texts, labels };
}

function parsed(line: string): { text?: unknown; label?: unknown } | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
