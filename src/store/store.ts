/** The index on disk, as the rest of the product sees it: one writer, any number of readers. */
export { BlockRoom, type TermBlock } from './block.ts';
export {
  type KeptName,
  type KeptReader,
  keepFile,
  keptFile,
  keptPath,
  keptVersion,
  readKept,
} from './kept-file.ts';
export { Lease } from './lease.ts';
export { type Counts, IndexReader, type LiveRows, type SourceFile } from './reader.ts';
export {
  type BuiltWith,
  IndexWriter,
  moveAside,
  type NewRecord,
  type NewRecords,
  type StoredFile,
} from './writer.ts';
