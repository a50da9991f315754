/** Reads records again from their file: confined to the folder, and only if the text is still the one indexed. */
import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { loadEncoding } from '../core/formats/encodings.ts';
import type { FileLayout } from '../core/formats/format.ts';
import { readRecordAt } from '../core/formats/registry.ts';
import type { IndexedRecord } from '../core/records/record.ts';
import { textHash } from './text-hash.ts';

export interface SourceRecord {
  readonly text: string;
  /** The record's other fields, as text. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/**
 * @param folder the workspace folder's real path
 * @returns `changed` when the file is gone, leads out of the folder, or no longer holds this text there
 */
export async function readRecord(
  folder: string,
  layout: FileLayout,
  record: Pick<IndexedRecord, 'src' | 'offset' | 'length' | 'hash'>,
): Promise<SourceRecord | 'changed'> {
  return (await readRecords(folder, layout, [record]))[0]!;
}

/** The same for many records of one file, which is opened once: that costs several times what reading a record does. */
export async function readRecords(
  folder: string,
  layout: FileLayout,
  records: readonly Pick<IndexedRecord, 'src' | 'offset' | 'length' | 'hash'>[],
): Promise<(SourceRecord | 'changed')[]> {
  if (records.length === 0) return [];
  const all = await withFile(join(folder, records[0]!.src), folder, async (file) => {
    const read: (Uint8Array | undefined)[] = [];
    for (const { offset, length } of records) read.push(await readBytes(file, offset, length));
    return read;
  });
  await loadEncoding(layout.encoding);
  return records.map(({ hash }, at) => {
    const bytes = all?.[at];
    const content = bytes && readRecordAt(bytes, layout);
    if (!content || textHash(content.text) !== hash) return 'changed';
    return { text: content.text, fields: content.fields };
  });
}

/** Undefined where there is no such file in the folder, or it can't be read to the end of the work. */
async function withFile<Result>(
  path: string,
  folder: string,
  work: (file: FileHandle) => Promise<Result>,
): Promise<Result | undefined> {
  try {
    // The index is ours, but the folder is not: a path that was a file may be a link by now.
    if (!(await realpath(path)).startsWith(folder + sep)) return undefined;
    const file = await open(
      path,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    );
    try {
      return (await file.stat()).isFile() ? await work(file) : undefined;
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined) return undefined;
    throw error;
  }
}

async function readBytes(file: FileHandle, offset: number, length: number): Promise<Uint8Array | undefined> {
  const bytes = Buffer.alloc(length);
  for (let filled = 0; filled < length; ) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) return undefined;
    filled += bytesRead;
  }
  return bytes;
}
