/** Writes labelled records to a JSONL file: every one of them, whole or not at all, and never over a stranger's file. */
import { createHash } from 'node:crypto';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import type { RowContent } from '../core/formats/row.ts';
import type { Decision, Standing } from '../core/records/decision.ts';
import type { Why } from '../core/records/event.ts';
import { EXPORT_MARK, isOwnExport } from '../core/records/export-mark.ts';
import { type Label, labelNames } from '../core/records/label-set.ts';
import type { IndexedRecord, RecordRef } from '../core/records/record.ts';
import { isSynthetic } from '../core/records/synthetic.ts';
import { UserError } from '../core/user-error.ts';
import { replaceFile, writeAll } from '../journal/durable.ts';
import { textHash } from './text-hash.ts';

/** A record with a label that holds. */
export interface LabelledRecord {
  readonly decision: Decision;
  /** What the label's own event says of its record. */
  readonly ref: RecordRef;
  /** The record as it is in the index; absent for an orphan. */
  readonly record?: IndexedRecord;
}

export interface ExportOptions {
  readonly path: string;
  /** In the order of the file to be written. Whoever asks for orphans puts them here. */
  readonly records: Iterable<LabelledRecord>;
  /** Reads a record from its source; undefined when it is not there as the index says. */
  readonly read: (record: IndexedRecord) => Promise<RowContent | undefined>;
  readonly labels: readonly Label[];
  /** Whether a record can have several labels. */
  readonly multiLabel: boolean;
  /** Whether a record's other fields are written, under `fields`. */
  readonly fields: boolean;
  /** Whether a file that is not an export of Inkling may be replaced. */
  readonly overwrite: boolean;
}

export interface ExportReport {
  readonly written: number;
  /** How many of them were given to another text, and how many have no text any more. */
  readonly stale: number;
  readonly orphans: number;
  readonly bytes: number;
}

/** What an exported line says under `meta`: all that it takes to bring the label back. */
export interface ExportMeta {
  readonly inkling: 1;
  /** The event that gave the label. */
  readonly event: string;
  readonly annotator: string;
  readonly at: string;
  readonly state: Standing | 'orphan';
  readonly purpose?: Why['purpose'];
  readonly labels: readonly string[];
  readonly src: string;
  readonly line: number;
  readonly hash: string;
  readonly n: number;
}

/**
 * One object a line: `id`, `label` (`labels`, a list, where a record can have several), `meta`, `synthetic` (of records
 * that nobody wrote), `text`, `fields`. The text comes last because the mark in `meta` has to be near the start, where the
 * indexer looks for it. For a stale label `text` is the record's text now, and `meta` names the text that was labelled.
 *
 * @throws {UserError} `not-own-export`, `not-a-file`, `source-changed`, `not-exported` when the system refuses
 */
export async function exportLabels(options: ExportOptions): Promise<ExportReport> {
  try {
    await checkReplaceable(options.path, options.overwrite);
    return await write(options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof UserError || code === undefined) throw error;
    throw new UserError(
      'not-exported',
      `${options.path} could not be written (${code}); an older export there is as it was`,
      code === 'ENOSPC' ? 'Free some space, then export again.' : 'Choose a place that you may write to.',
    );
  }
}

async function write(options: ExportOptions): Promise<ExportReport> {
  const { path } = options;
  const report = { written: 0, stale: 0, orphans: 0, bytes: 0 };
  await replaceFile(path, async (file) => {
    const digest = createHash('sha256');
    for await (const chunk of chunks(options, report)) {
      digest.update(chunk);
      report.bytes += chunk.length;
      await writeAll(file, chunk);
    }
    const found = await readBack(file);
    if (found.digest !== digest.digest('hex') || found.lines !== report.written) {
      throw new Error(`${path} does not hold what was written to it.`);
    }
  });
  return report;
}

/** Few enough bytes that a million records need no more memory than a hundred. */
const CHUNK = 256 * 1024;

async function* chunks(
  options: ExportOptions,
  report: { written: number; stale: number; orphans: number },
): AsyncGenerator<Buffer> {
  let text = '';
  for (const labelled of options.records) {
    text += `${await lineOf(labelled, options)}\n`;
    report.written++;
    if (!labelled.record) report.orphans++;
    else if (labelled.decision.standing === 'stale') report.stale++;
    if (text.length < CHUNK) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text) yield Buffer.from(text);
}

async function lineOf({ decision, ref, record }: LabelledRecord, options: ExportOptions): Promise<string> {
  const { hash, src, line, n } = record && decision.standing !== 'stale' ? record : ref;
  const meta: ExportMeta = {
    [EXPORT_MARK]: 1,
    event: decision.eventId,
    annotator: decision.by,
    at: decision.at,
    state: record ? decision.standing : 'orphan',
    ...(decision.purpose && { purpose: decision.purpose }),
    labels: decision.labels,
    src,
    line,
    hash,
    n,
  };
  const names = labelNames(options.labels, decision.labels);
  const content = record && (await contentOf(record, options));
  const id = record ? record.id : ref.id;
  return JSON.stringify({
    ...(id !== undefined && { id }),
    ...(names.length === 1 && !options.multiLabel ? { label: names[0] } : { labels: names }),
    meta,
    ...(isSynthetic(src) && { synthetic: true }),
    text: content?.text ?? null,
    ...(options.fields && content && { fields: Object.fromEntries(content.fields) }),
  });
}

/** Never a text that was not the one indexed: a label on the wrong text is worse than no export. */
async function contentOf(record: IndexedRecord, options: ExportOptions): Promise<RowContent> {
  const content = await options.read(record);
  if (content && textHash(content.text) === record.hash) return content;
  throw new UserError(
    'source-changed',
    `${record.src} has changed since it was indexed (line ${record.line})`,
    'Index the folder again, then export.',
  );
}

async function checkReplaceable(path: string, overwrite: boolean): Promise<void> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!found) return;
  if (!found.isFile()) {
    throw new UserError('not-a-file', `${path} is a folder, a link or a device`, 'Choose another name.');
  }
  if (overwrite || found.size === 0 || isOwnExport(await firstBytes(path))) return;
  throw new UserError(
    'not-own-export',
    `${path} exists and is not an export of Inkling`,
    'Choose another name, or say that it may be replaced.',
  );
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(64 * 1024);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function readBack(file: FileHandle): Promise<{ digest: string; lines: number }> {
  const digest = createHash('sha256');
  const chunk = Buffer.alloc(CHUNK);
  let lines = 0;
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) return { digest: digest.digest('hex'), lines };
    const bytes = chunk.subarray(0, bytesRead);
    digest.update(bytes);
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines++;
    position += bytesRead;
  }
}
