/** Reads one record again from its file: confined to the folder, and only if the text is still the one indexed. */
import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
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
  const bytes = await readBytes(join(folder, record.src), folder, record.offset, record.length);
  await loadEncoding(layout.encoding);
  const content = bytes && readRecordAt(bytes, layout);
  if (!content || textHash(content.text) !== record.hash) return 'changed';
  return { text: content.text, fields: content.fields };
}

async function readBytes(
  path: string,
  folder: string,
  offset: number,
  length: number,
): Promise<Uint8Array | undefined> {
  try {
    // The index is ours, but the folder is not: a path that was a file may be a link by now.
    if (!(await realpath(path)).startsWith(folder + sep)) return undefined;
    const file = await open(
      path,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    );
    try {
      if (!(await file.stat()).isFile()) return undefined;
      const bytes = Buffer.alloc(length);
      for (let filled = 0; filled < length; ) {
        const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
        if (bytesRead === 0) return undefined;
        filled += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined) return undefined;
    throw error;
  }
}
