/** The tables of the index. Everything in them can be read from the sources again, so there are no migrations. */

/** `Inkl` in ASCII: tells our file from any other SQLite file. */
export const APPLICATION_ID = 0x496e6b6c;

/** Raise it with every change to the tables or to what a column means; older indexes are then built anew. */
export const SCHEMA_VERSION = 5;

export const SCHEMA = `
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;

-- One row a source file. A file's records have the rows first_row to last_row, because a file is read in one go
-- and rows are given out in order: the live rows of the index are these ranges, and nothing else.
CREATE TABLE files (
  file      INTEGER PRIMARY KEY,
  path      TEXT NOT NULL UNIQUE,          -- relative to the workspace folder, with '/'
  state     TEXT NOT NULL,                 -- 'reading' | 'read' | 'skipped'
  stamp     TEXT NOT NULL,                 -- size, times and inode as last seen; '' = look again
  rule      TEXT NOT NULL,                 -- what the project said about this file, as JSON
  layout    TEXT NOT NULL,                 -- how it was read: a FileLayout as JSON
  hash      BLOB NOT NULL,                 -- SHA-256 of all bytes read
  first_row INTEGER NOT NULL,
  last_row  INTEGER NOT NULL,              -- first_row - 1 when there is none
  problem_count INTEGER NOT NULL           -- all of them; the table keeps the first thousand a file
) STRICT;

CREATE INDEX files_by_row ON files (first_row) WHERE last_row >= first_row;

-- The records of row_count consecutive rows; data is laid out in segment.ts. Rows that are no file's are dead weight.
CREATE TABLE records (
  first_row INTEGER PRIMARY KEY,
  row_count INTEGER NOT NULL,
  data      BLOB NOT NULL,
  ids       TEXT                           -- the sources' own ids, a JSON string or nothing a line; null: all nothing
) STRICT;

-- Which rows have a text or an id, by 32 bits of it. A page's number says its kind, its level and its first key; see
-- lookup.ts.
CREATE TABLE lookup (
  page INTEGER PRIMARY KEY,
  keys BLOB NOT NULL,                      -- ascending, little-endian 32-bit integers
  rows BLOB NOT NULL                       -- a row a key, likewise
) STRICT;

-- The vocabulary by ranges of ids, from 0 without gaps, because a row a term costs more than all other rows together.
CREATE TABLE terms (
  first_id   INTEGER PRIMARY KEY,
  term_count INTEGER NOT NULL,
  terms      TEXT NOT NULL                 -- in id order, parted by line feeds, which no term has
) STRICT;

-- The term counts of row_count consecutive rows; data is laid out in block.ts. Rows that are no file's
-- are dead weight.
CREATE TABLE blocks (
  first_row INTEGER PRIMARY KEY,
  row_count INTEGER NOT NULL,
  audit_ranks BLOB NOT NULL,               -- row_count little-endian 32-bit integers, before the long column
  data      BLOB NOT NULL
) STRICT;

CREATE TABLE problems (
  file          INTEGER NOT NULL,
  line          INTEGER NOT NULL,
  "column"      INTEGER NOT NULL,
  offset        INTEGER NOT NULL,
  code          TEXT NOT NULL,
  message       TEXT NOT NULL
) STRICT;

CREATE INDEX problems_by_file ON problems (file);
`;

/** How much there is. Files that were skipped count for their problems alone. */
export const COUNT_ALL = `
  SELECT count(*) FILTER (WHERE state <> 'skipped') AS files,
         coalesce(sum(last_row - first_row + 1), 0) AS records,
         coalesce(sum(problem_count), 0) AS problems
  FROM files`;
