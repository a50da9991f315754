/** A real index of texts given in a test, without files to read them from. */
import { createHash } from 'node:crypto';
import { IndexWriter } from '../../src/store/store.ts';

export interface IndexedText {
  readonly text: string;
  /** Absent: far above any threshold, so that the record may be asked to train on. */
  readonly auditRank?: number;
}

/** Adds one file with these records and commits; the rows follow those already there. Returns the rows. */
export function indexTexts(path: string, src: string, texts: readonly IndexedText[]): number[] {
  const writer = IndexWriter.open(path);
  try {
    writer.buildWith({ salt: '00'.repeat(16), reading: 'test' });
    writer.beginFile(src, '{}', { format: 'jsonl', textField: 'text' });
    const rows = texts.map(({ text, auditRank }, at) => {
      writer.terms.count(text);
      const hash = createHash('sha256').update(text).digest().subarray(0, 16);
      return writer.addRecord({
        offset: at * 100,
        length: 100,
        line: at + 1,
        hash,
        n: 0,
        auditRank: auditRank ?? 0xffff_ffff,
      });
    });
    writer.finishFile('read', 'stamp', new Uint8Array(32));
    writer.commit();
    return rows;
  } finally {
    writer.close();
  }
}

/** Removes a file and its records. */
export function removeIndexed(path: string, src: string): void {
  const writer = IndexWriter.open(path);
  writer.removeFile(src);
  writer.commit();
  writer.close();
}
