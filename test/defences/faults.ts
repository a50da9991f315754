// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are places in sources
/**
 * What can go wrong, what Inkling does about it, and the test that shows it: the rows of docs/faults.md. Most rows know
 * how to take their defence away, so that `run.ts` can see the test fail.
 */

export interface Shown {
  readonly row: string;
  readonly fault: string;
  /** What Inkling does. */
  readonly does: string;
  /** The file, under `test/`, and the title of the test. */
  readonly test: readonly [file: string, title: string];
}

/** Replaced once; the file is given from the root of the tree. */
export type Change = readonly [file: string, right: string, wrong: string];

export type Fault =
  | (Shown & {
      /** What the test was seen to fail without. */
      readonly without: string;
      readonly changes: readonly Change[];
    })
  /** No defence can be taken away, or not here. */
  | (Shown & { readonly why: string });

const HARNESS = 'crash/harness.test.ts';
const JOURNAL_TEST = 'integration/journal/journal.test.ts';
const STORE_TEST = 'integration/store/store.test.ts';
const REBUILD_TEST = 'integration/store/rebuild.test.ts';
const INDEXER_TEST = 'integration/indexer/indexer.test.ts';
const HOSTILE_INPUT = 'integration/indexer/hostile-input.test.ts';
const READERS = 'unit/formats/readers.test.ts';
const SUITES = 'unit/formats/suites.test.ts';
const DETECT = 'unit/formats/detect.test.ts';
const ENCODINGS = 'unit/formats/encodings.test.ts';
const IDENTITY = 'unit/records/identity.test.ts';
const LABEL_EDITS = 'unit/records/label-edits.test.ts';
const ENGINE_FAULTS = 'integration/engine/faults.test.ts';
const WORKERS = 'integration/engine/workers.test.ts';
const QUEUE_SESSION = 'integration/engine/queue-session.test.ts';
const ENGINE_QUIET = 'integration/engine/quiet.test.ts';
const FOLDERS = 'integration/cli/folders.test.ts';
const KILLED = 'integration/cli/killed.test.ts';
const CLI_QUIET = 'integration/cli/quiet.test.ts';
const ROUND_TRIP = 'integration/export/round-trip.test.ts';
const QUEUE_PAGE = 'pages/queue.test.ts';
const HOSTILE_PAGE = 'pages/hostile.test.ts';
const TRUST = 'unit/extension/trust.test.ts';

const IN_PLACE: readonly Change[] = [
  [
    'src/journal/durable.ts',
    'const half = join(folder, `${halfPrefix(path)}${process.pid}.${random}.tmp`);',
    'const half = path; void random;',
  ],
  ['src/journal/durable.ts', "await open(half, 'wx+')", "await open(half, 'w+')"],
];

export const faults: readonly Fault[] = [
  // ------------------------------------------------------------------ crash and durability
  {
    row: 'D1',
    fault: 'kill -9 while labeling',
    does: 'what was acknowledged is there, whole and unchanged',
    test: [HARNESS, 'nothing acknowledged is lost when the process is killed at a random moment'],
    without: 'the wait for the write',
    changes: [
      [
        'src/journal/journal.ts',
        'await this.#write(Buffer',
        'for (const pending of group) pending.resolve(); await this.#write(Buffer',
      ],
    ],
  },
  {
    row: 'D2',
    fault: 'kill at each system call of a label',
    does: 'the same',
    test: [HARNESS, 'nothing acknowledged is lost when the process is killed at any system call of a label'],
    without: 'the wait for the write',
    changes: [
      [
        'src/journal/journal.ts',
        'await this.#write(Buffer',
        'for (const pending of group) pending.resolve(); await this.#write(Buffer',
      ],
    ],
  },
  {
    row: 'D3',
    fault: 'power cut at any acknowledgement',
    does: 'the label is flushed before it is acknowledged',
    test: [HARNESS, 'nothing acknowledged is lost when the power goes'],
    without: 'fdatasync',
    changes: [
      [
        'src/journal/durable.ts',
        "if (process.platform === 'linux') await handle.datasync();",
        'if (handle) return;',
      ],
    ],
  },
  {
    row: 'D4',
    fault: 'kill while indexing',
    does: 'half a file is known as half a file, and read again',
    test: [
      KILLED,
      'an "index" that is killed within a file leaves it marked as half read, and the next one reads it whole',
    ],
    without: 'the mark of a file that is being read',
    changes: [
      [
        'src/engine/indexer/run.ts',
        "stored.state === 'reading' || !isSameRule || stored.stamp !== stamp",
        "!isSameRule || (stored.stamp !== '' && stored.stamp !== stamp)",
      ],
    ],
  },
  {
    row: 'D5',
    fault: 'kill while learning',
    does: 'the model is made of the answers again; labeling goes on meanwhile',
    test: [WORKERS, 'labeling goes on while the learner dies twice (throw), and it learns again afterwards'],
    without: 'starting the learner again',
    changes: [['src/engine/learning.ts', 'this.#restarts.died();', '']],
  },
  {
    row: 'D6',
    fault: 'kill while exporting',
    does: 'the name leads to the old file or to the whole new one; the next export clears up',
    test: [HARNESS, 'an export is the old one or the new one when the process is killed'],
    without: 'writing beside and renaming',
    changes: IN_PLACE,
  },
  {
    row: 'D7',
    fault: 'kill while an index of another format is built anew',
    does: 'the next start builds it again',
    test: [
      REBUILD_TEST,
      'an index killed at any system call while it is built anew is built again by the next start',
    ],
    without: 'the check when it is opened',
    changes: [
      [
        'src/store/writer.ts',
        'const fault = faultOf(path, driver);',
        'const fault = path ? undefined : faultOf(path, driver);',
      ],
    ],
  },
  {
    row: 'D8',
    fault: 'kill while the label set is changed',
    does: 'the project file is the old one or the new one',
    test: [HARNESS, 'the project file is the old one or the new one when the process is killed'],
    without: 'writing beside and renaming',
    changes: IN_PLACE,
  },
  {
    row: 'D9',
    fault: 'kill while undoing, or within an import',
    does: 'an undo is an event like others; an import given again saves the rest, and nothing twice',
    test: [KILLED, 'an "import" that is killed can be given again: the rest is saved, and nothing twice'],
    without: 'asking for the answer that is there',
    changes: [
      [
        'src/engine/import.ts',
        'this.#taken.get(key) ?? this.#target.answerOf(place.row, by)',
        'this.#taken.get(key)',
      ],
    ],
  },
  {
    row: 'D10',
    fault: 'a torn last line',
    does: 'it is kept and named; the next label begins a line of its own',
    test: [HARNESS, 'a journal that was cut off anywhere is kept and continued'],
    without: 'the line end before',
    changes: [
      [
        'src/journal/append.ts',
        "endsLine ? lines : Buffer.concat([Buffer.from('\\n'), lines])",
        'endsLine ? lines : lines',
      ],
    ],
  },
  {
    row: 'D11',
    fault: 'fdatasync answers EIO',
    does: 'never taken for saved: another file is begun, else the label is refused',
    test: [HARNESS, 'a failed flush is never taken for a success, also when the power goes later'],
    without: 'heeding the error',
    changes: [['src/journal/append.ts', 'await flush(handle);', 'await flush(handle).catch(() => {});']],
  },
  {
    row: 'D12',
    fault: 'any call of a label answers EIO, ENOSPC, EDQUOT, EROFS',
    does: 'no acknowledgement, a sentence, and labels are saved again afterwards',
    test: [
      HARNESS,
      'a call that fails is never acknowledged, whichever it is, and labels are saved again afterwards',
    ],
    without: 'rejecting',
    changes: [
      [
        'src/journal/journal.ts',
        'for (const pending of group) pending.reject(this.#paused);',
        'for (const pending of group) pending.resolve();',
      ],
    ],
  },
  {
    row: 'D14',
    fault: 'SIGTERM, SIGHUP, an input that ends; `deactivate` is never called',
    does: 'nothing waits for the end: what was acknowledged is on disk',
    test: [
      'integration/cli/signals.test.ts',
      'SIGTERM ends "label" while it waits for input, and what it acknowledged stays',
    ],
    without: 'listening for the signal',
    changes: [['src/cli/main.ts', "process.once('SIGTERM', () => stop.abort());", '']],
  },
  {
    row: 'D15',
    fault: 'macOS and Windows flush otherwise',
    does: 'fsync there, which is a full flush',
    test: ['integration/journal/durable.test.ts', 'on darwin a label is flushed with sync'],
    without: 'asking for the platform',
    changes: [['src/journal/durable.ts', "if (process.platform === 'linux')", 'if (handle)']],
  },

  // ------------------------------------------------------------------ storage
  {
    row: 'S1',
    fault: 'disk full while labeling',
    does: 'refused with a banner; taken again, without a restart, once there is room',
    test: [
      ENGINE_FAULTS,
      'a full disk refuses labels with a banner, and takes them again without a restart once there is room',
    ],
    without: 'ending the pause',
    changes: [
      [
        'src/journal/journal.ts',
        '    this.#paused = undefined;\n    for (const { id } of events) {',
        '    for (const { id } of events) {',
      ],
    ],
  },
  {
    row: 'S2',
    fault: 'disk full while indexing',
    does: 'a sentence; what is indexed can be labelled',
    test: [ENGINE_FAULTS, 'an index whose disk is full says so, and what is indexed can be labelled'],
    without: 'telling what kind of error it is',
    changes: [
      [
        'src/engine/indexer/indexer.ts',
        "failure === 'full' || code === 'ENOSPC'",
        'failure === undefined && !code',
      ],
    ],
  },
  {
    row: 'S3',
    fault: 'disk full while exporting',
    does: 'the old export stays, and nothing half done',
    test: [
      ENGINE_FAULTS,
      'an export that does not fit on the disk leaves the one that is there, and nothing half done',
    ],
    without: 'writing beside and renaming',
    changes: IN_PLACE,
  },
  {
    row: 'S4',
    fault: 'a write that takes a part and reports no error',
    does: 'the rest is written, or nothing is acknowledged',
    test: [HARNESS, 'a full disk refuses labels, and takes them again once there is room'],
    without: 'the loop around write',
    changes: [['src/journal/durable.ts', 'done += bytesWritten;', 'done = bytes.length;']],
  },
  {
    row: 'S5',
    fault: 'a folder that may not be written',
    does: 'read, counted and asked about; an answer is refused by name',
    test: [
      FOLDERS,
      'a folder that may not be written is read, counted and asked about; an answer is refused by name',
    ],
    without: 'making nothing before the first answer',
    changes: [['src/journal/journal.ts', 'await journal.#checkInside();', 'await journal.#heldSlot();']],
  },
  {
    row: 'S6',
    fault: 'a journal that may not be written',
    does: 'refused with the name of the file',
    test: [
      JOURNAL_TEST,
      'a folder or a file that may not be written refuses labels with a sentence that names it',
    ],
    without: 'telling what kind of error it is',
    changes: [['src/journal/journal.ts', "case 'EACCES':\n    case 'EPERM':", "case 'EPERM':"]],
  },
  {
    row: 'S7',
    fault: 'the journal is replaced while a label is written (git checkout, an editor)',
    does: 'the label is written to the new file as well; the answers are folded anew',
    test: [HARNESS, 'a label is in the file that git has just put there'],
    without: 'looking at the path again',
    changes: [['src/journal/append.ts', 'if (file === (await fileAt(path))) return;', 'if (file) return;']],
  },
  {
    row: 'S8',
    fault: 'the journal or `.inkling` is deleted',
    does: 'begun anew with the next label; nothing is remembered that is not there',
    test: [JOURNAL_TEST, 'a deleted journal is begun anew with the next label'],
    without: 'looking whether the lock is still there',
    changes: [
      [
        'src/journal/journal.ts',
        'if (this.#slot && (await this.#slot.lock.held())) return',
        'if (this.#slot) return',
      ],
    ],
  },
  {
    row: 'S9',
    fault: 'the folder is renamed or moved',
    does: 'labels come along; the index is made anew',
    test: [FOLDERS, 'a project folder that was moved has its labels, and its index is made where it is now'],
    without: 'keeping labels in the folder (in the account’s home, by path)',
    changes: [
      [
        'src/journal/journal.ts',
        "this.#folder = join(root, '.inkling', 'labels');",
        "this.#folder = join(process.env.INKLING_HOME ?? '', root.replaceAll('/', '_'));",
      ],
      ['src/journal/journal.ts', 'if (real === undefined || real', 'if (true || real'],
      [
        'src/journal/verify.ts',
        "const folder = join(root, '.inkling', 'labels');",
        "const folder = join(process.env.INKLING_HOME ?? '', root.replaceAll('/', '_'));",
      ],
      ['src/journal/journal.ts', "this.#folder, join(this.#root, '.inkling'), this.#root]", 'this.#folder]'],
    ],
  },
  {
    row: 'S11',
    fault: 'a network or synchronised folder',
    does: 'no database there, by design: the index is in the account’s cache',
    test: [FOLDERS, 'a whole session writes into .inkling and the export, and keeps its index elsewhere'],
    without: 'the cache folder',
    changes: [
      [
        'src/engine/cache-folder.ts',
        'const home = join(cacheFolder ?? accountCacheFolder(),',
        "const home = join(real, '.inkling',",
      ],
    ],
  },
  {
    row: 'S12',
    fault: 'files left open',
    does: 'as many open after 10,000 labels as before',
    test: [JOURNAL_TEST, 'ten thousand labels leave no file open'],
    without: 'closing',
    changes: [
      [
        'src/journal/append.ts',
        '    await handle.close();\n  }\n}\n\nasync function byteAt',
        '    kept.push(handle);\n  }\n}\n\nconst kept: FileHandle[] = [];\n\nasync function byteAt',
      ],
    ],
  },
  {
    row: 'S13',
    fault: 'bit rot in the journal',
    does: 'costs the line it is in, which is named',
    test: ['integration/journal/hostile-lines.test.ts', 'one damaged byte costs at most the lines it is in'],
    without: 'passing over lines that do not parse',
    changes: [
      [
        'src/journal/file-reader.ts',
        "return { code: 'utf8-invalid', message: 'This line is not valid UTF-8.' };",
        "throw new Error('not UTF-8');",
      ],
    ],
  },
  {
    row: 'S14',
    fault: 'line ends turned into CR LF',
    does: 'git is told not to; a journal that was turned is read and continued',
    test: [
      JOURNAL_TEST,
      'a git that turns line ends into CR LF leaves journals alone, and one that was turned is read and continued',
    ],
    without: '.gitattributes',
    changes: [['src/journal/journal.ts', "'*.jsonl -text merge=union\\n'", "'*.jsonl merge=union\\n'"]],
  },

  // ------------------------------------------------------------------ index
  {
    row: 'B1',
    fault: 'the index is locked by another program',
    does: 'the indexer waits in its thread; labeling goes on',
    test: [
      ENGINE_QUIET,
      'an index that another program holds locked keeps nobody from labeling, and is brought up to date afterwards',
    ],
    without: 'waiting',
    changes: [['src/store/writer.ts', 'const WRITER_BUSY_TIMEOUT = 5000;', 'const WRITER_BUSY_TIMEOUT = 0;']],
  },
  {
    row: 'B2',
    fault: 'damaged bytes in the index',
    does: 'read, or refused, or built again; never a crash',
    test: [
      STORE_TEST,
      'no flipped byte and no cut makes the index crash: it is read, or refused, or built again',
    ],
    without: 'the check when it is opened',
    changes: [
      [
        'src/store/writer.ts',
        'const fault = faultOf(path, driver);',
        'const fault = path ? undefined : faultOf(path, driver);',
      ],
    ],
  },
  {
    row: 'B3',
    fault: 'a truncated index, a folder in its place',
    does: 'moved aside, built again, told',
    test: [STORE_TEST, 'a directory in its place is moved aside and the index is built again'],
    without: 'looking at what is there',
    changes: [
      [
        'src/store/writer.ts',
        "if (!found.isFile()) return 'Something that is not a file was in its place.';",
        '',
      ],
    ],
  },
  {
    row: 'B4',
    fault: 'an index of an older format',
    does: 'built again; there are no migrations to fail',
    test: [STORE_TEST, 'an index of an older format is moved aside and the index is built again'],
    without: 'the version',
    changes: [['src/store/writer.ts', 'if (user_version !== SCHEMA_VERSION)', 'if (user_version > 1e9)']],
  },
  {
    row: 'B5',
    fault: 'an index or a journal line of a newer format',
    does: 'the index is built again; the journal file is read, and written to by nobody here',
    test: [JOURNAL_TEST, 'a file with lines of a newer version is read, and written to by nobody here'],
    without: 'the mark on the file',
    changes: [['src/journal/file-reader.ts', "if (read.code === 'newer-version') newer = true;", '']],
  },
  {
    row: 'B6',
    fault: 'another program’s database in the index’s place',
    does: 'moved aside',
    test: [STORE_TEST, 'the database of another program is moved aside and the index is built again'],
    without: 'the application id',
    changes: [
      [
        'src/store/writer.ts',
        "if (application_id !== APPLICATION_ID) return 'It was made by another program.';",
        '',
      ],
    ],
  },
  {
    row: 'B7',
    fault: 'a write-ahead log of another database beside the index',
    does: 'built again',
    test: [REBUILD_TEST, 'an index beside the write-ahead log of another database is built anew'],
    without: 'the check when it is opened',
    changes: [
      [
        'src/store/writer.ts',
        'const fault = faultOf(path, driver);',
        'const fault = path ? undefined : faultOf(path, driver);',
      ],
    ],
  },
  {
    row: 'B8',
    fault: 'the index is deleted while it is open',
    does: 'found out, and built again',
    test: [INDEXER_TEST, 'an index that was damaged or deleted is built again, even while it is open'],
    without: 'comparing inodes',
    changes: [
      ['src/engine/indexer/indexer.ts', 'if (this.#writer && !this.#writer.isCurrent()) this.#letGo();', ''],
    ],
  },
  {
    row: 'B9',
    fault: 'SQLite drops to another synchronous mode by itself',
    does: 'said aloud for each connection; labels do not depend on it, since they are flushed in the journal (D3)',
    test: [STORE_TEST, 'the connection is a cache that survives a crash: WAL, NORMAL, nothing trusted'],
    without: 'the pragma',
    changes: [
      [
        'src/store/driver.ts',
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;',
        'PRAGMA journal_mode = WAL;',
      ],
    ],
  },
  {
    row: 'B10',
    fault: 'a hostile schema: triggers, views',
    does: 'the index is never opened from the folder; one with a strange schema is moved aside',
    test: [STORE_TEST, 'an index with a trigger somebody added is moved aside and the index is built again'],
    without: 'comparing the schema',
    changes: [
      [
        'src/store/writer.ts',
        'const wrongTables = tablesOf(db) !== expectedTables();',
        'const wrongTables = tablesOf(db) === expectedTables() && false;',
      ],
    ],
  },

  // ------------------------------------------------------------------ sources and identity
  {
    row: 'R1',
    fault: 'a file is deleted after it was labelled',
    does: 'its labels wait as orphans, kept and exportable',
    test: [QUEUE_SESSION, 'labels follow a renamed file, and wait as orphans while their records are gone'],
    without: 'keeping orphans',
    changes: [['src/core/records/identity.ts', '      this.#orphans.add(group);\n', '']],
  },
  {
    row: 'R2',
    fault: 'the text of a labelled record is edited',
    does: 'stale: kept, not trained on, asked about again',
    test: [QUEUE_SESSION, 'a record whose text has changed keeps its label as stale and is not trained on'],
    without: 'telling stale from attached',
    changes: [
      [
        'src/core/records/identity.ts',
        "{ row: changed.row, standing: 'stale' }",
        "{ row: changed.row, standing: 'follows' }",
      ],
    ],
  },
  {
    row: 'R3',
    fault: 'a row is inserted above',
    does: 'labels follow their texts, not their lines',
    test: [IDENTITY, 'a row inserted above moves nothing'],
    without: 'going by the text (by the line instead)',
    changes: [
      [
        'src/core/records/identity.ts',
        'const rows = lookup.byHash(groups[0]!.ref.hash);',
        'const rows = lookup.byHash(groups[0]!.ref.hash).filter(({ line }) => line === groups[0]!.ref.line);',
      ],
    ],
  },
  {
    row: 'R4',
    fault: 'files are renamed, split, merged',
    does: 'labels follow their texts',
    test: [IDENTITY, 'labels follow their texts into another file'],
    without: 'looking in other files',
    changes: [
      [
        'src/core/records/identity.ts',
        'const rows = lookup.byHash(groups[0]!.ref.hash);',
        'const rows = lookup.byHash(groups[0]!.ref.hash).filter(({ src }) => src === groups[0]!.ref.src);',
      ],
    ],
  },
  {
    row: 'R5',
    fault: 'a file is truncated or replaced while it is read',
    does: 'what was read of it is dropped and read anew, never mixed',
    test: [INDEXER_TEST, 'a file that was replaced under the reader is read anew, never mixed'],
    without: 'looking at the file again',
    changes: [
      [
        'src/engine/indexer/run.ts',
        'const change = source.change();',
        "const change = source.change() === 'grown' ? 'grown' : ('none' as ReturnType<OpenSource['change']>);",
      ],
    ],
  },
  {
    row: 'R6',
    fault: 'a file grows while it is read',
    does: 'read up to its last full line, and the rest later',
    test: [INDEXER_TEST, 'a growing file is read up to its last full line, and the rest later'],
    without: 'leaving the last line',
    changes: [['src/engine/indexer/run.ts', "reading.end(change === 'none')", 'reading.end(true)']],
  },
  {
    row: 'R7',
    fault: 'an id that several rows have',
    does: 'decides nothing: labels go by their texts',
    test: [IDENTITY, 'an id that two rows have now decides nothing'],
    without: 'counting the rows',
    changes: [
      ['src/core/records/identity.ts', 'return rows.length === 1 && rows[0]', 'return rows[0] && rows[0]'],
    ],
  },
  {
    row: 'R8',
    fault: 'equal texts',
    does: 'each occurrence keeps its own label',
    test: [IDENTITY, 'equal texts keep their own labels'],
    without: 'giving a row to one record only',
    changes: [
      ['src/core/records/identity.ts', '      free.delete(row);\n', ''],
      ['src/core/records/identity.ts', 'rowsByKey.get(wanted)?.pop()', 'rowsByKey.get(wanted)?.at(-1)'],
      ['src/core/records/identity.ts', 'JSON.stringify([src, n])', 'src'],
    ],
  },
  {
    row: 'R9',
    fault: 'ids beyond 2^53, 1 and 1.0, null, missing',
    does: 'the spelling in the source is the id',
    test: [READERS, 'ids keep their spelling, however large or odd the number'],
    without: 'reading the source text',
    changes: [
      ['src/core/formats/json-row.ts', 'return sourceAt(json, idPath, idSteps);', 'return String(id);'],
    ],
  },
  {
    row: 'R10',
    fault: 'a row without a text, or with something else in its place',
    does: 'reported by row; its neighbours are read',
    test: [
      READERS,
      'a row without a text is reported, whatever is in its place, and its neighbours are read',
    ],
    without: 'looking at its kind',
    changes: [
      ['src/core/formats/row.ts', "if (typeof text !== 'string') {", "if (typeof text === 'bigint') {"],
      ['src/core/formats/row.ts', "if (text.trim() === '')", "if (String(text).trim() === '')"],
      ['src/core/formats/row.ts', '!text.isWellFormed()', '!String(text).isWellFormed()'],
    ],
  },
  {
    row: 'R11',
    fault: 'another text of the same length under the old time',
    does: 'found: ctime is in the stamp',
    test: [INDEXER_TEST, 'another text of the same length under the old time is found'],
    without: 'ctime and the inode',
    changes: [
      [
        'src/engine/indexer/open-source.ts',
        "return [size, mtimeNs, ctimeNs, ino].join(' ');",
        "return [size, mtimeNs, ctimeNs && '', ino && ''].join(' ');",
      ],
    ],
  },

  // ------------------------------------------------------------------ formats and encodings
  {
    row: 'F1',
    fault: 'broken JSON, odd JSON (JSONTestSuite)',
    does: 'valid lines are read, broken ones reported with line and column, neighbours exact',
    test: [
      SUITES,
      'as a line between two good ones: both neighbours exact, the line accepted or reported as it deserves',
    ],
    without: 'reporting',
    changes: [
      [
        'src/core/formats/json-row.ts',
        "fault({ code: 'json-syntax', message: 'This is not valid JSON.', at: syntaxErrorAt(json) });",
        '',
      ],
    ],
  },
  {
    row: 'F2',
    fault: 'quotes, separators and line ends in CSV fields (csv-spectrum, sineemore, w3c-csvw)',
    does: 'every row is read exactly, or reported',
    test: [READERS, 'quoted fields hold separators, quotes and line ends'],
    without: 'doubled quotes',
    changes: [['src/core/formats/csv-row.ts', `.replaceAll('""', '"')`, '']],
  },
  {
    row: 'F4',
    fault: 'bytes that are not UTF-8',
    does: 'reported where they begin, never replaced',
    test: [READERS, 'bytes that are not UTF-8 are reported where they begin, never replaced'],
    without: 'the strict decoder',
    changes: [['src/core/formats/utf8.ts', 'fatal: true', 'fatal: false']],
  },
  {
    row: 'F5',
    fault: 'byte order marks',
    does: 'no part of a text or of a column name',
    test: [READERS, 'a byte order mark is not part of the first line of text, a later U+FEFF is'],
    without: 'taking it off',
    changes: [['src/core/formats/bytes.ts', '  return UTF8_BOM.length;\n', '  return 0;\n']],
  },
  {
    row: 'F6',
    fault: 'Latin-1, windows-1252, Shift-JIS and others',
    does: 'guessed and said to be a guess, or named; one table in every Node',
    test: [
      ENCODINGS,
      'windows-1252 is read by our own table: the euro, the curly quote, and five bytes that are nothing',
    ],
    without: 'the table (as Node 20 reads it)',
    changes: [
      [
        'src/core/formats/single-byte.ts',
        '’“”•–—˜™š›œ\\ufffdžŸ\\u00a0',
        '\\u0092\\u0093\\u0094\\u0095\\u0096\\u0097\\u0098\\u0099\\u009a\\u009b\\u009c\\u009d\\u009e\\u009f\\u00a0',
      ],
    ],
  },
  {
    row: 'F7',
    fault: 'NUL and control characters',
    does: 'exact in the text, shown as symbols',
    test: [DETECT, 'one NUL is data'],
    without: 'telling one NUL from many',
    changes: [['src/core/formats/detect.ts', 'return nulCount * 100 > head.length', 'return nulCount > 0']],
  },
  {
    row: 'F8',
    fault: 'CR LF, CR, U+2028, NEL, no last line end',
    does: 'the first two end a line, the others are characters',
    test: [READERS, 'LF, CR LF, CR and no last line end all part lines of text'],
    without: 'looking for CR',
    changes: [
      [
        'src/core/formats/bytes.ts',
        'if (first >= end) return -1;',
        'if (first >= end || bytes[first] === CR) return -1;',
      ],
    ],
  },
  {
    row: 'F9',
    fault: 'empty files, blank lines, a header alone',
    does: 'no record and no problem',
    test: [READERS, 'blank lines are no rows and no problem'],
    without: 'passing over them',
    changes: [['src/core/formats/jsonl.ts', 'if (isBlank(bytes)) return;', 'isBlank(bytes);']],
  },
  {
    row: 'F10',
    fault: 'a line of 150 MB',
    does: 'reported and passed over, in bounded memory',
    test: [
      FOLDERS,
      'a line of 150 MB costs its line: its neighbours are read, in less than 300 MB of memory',
    ],
    without: 'dropping what is too long',
    changes: [
      [
        'src/core/formats/lines.ts',
        'if (window.end - window.start > MAX_ROW_BYTES + 1) {',
        'if (window.end - window.start > 1e12) {',
      ],
    ],
  },
  {
    row: 'F11',
    fault: 'JSON nested 100,000 deep',
    does: 'reported',
    test: [READERS, 'JSON that is nested too deeply is reported'],
    without: 'the limit',
    changes: [['src/core/formats/limits.ts', 'MAX_JSON_DEPTH = 1000', 'MAX_JSON_DEPTH = 1e9']],
  },
  {
    row: 'F13',
    fault: 'JSON Lines named .csv or .json, CSV with ; or tabs',
    does: 'found by the content',
    test: [DETECT, 'JSON Lines under the name of CSV are found'],
    without: 'looking',
    changes: [
      [
        'src/core/formats/detect.ts',
        'return sampleObjects(bytes, 2).length === 2;',
        'return sampleObjects(bytes, 2).length > 2;',
      ],
    ],
  },
  {
    row: 'F14',
    fault: 'an image, an archive, a database named .txt',
    does: 'skipped with the reason',
    test: [DETECT, 'an image is refused'],
    without: 'looking at the first bytes',
    changes: [['src/core/formats/detect.ts', '  if (kind) return {', "  if (kind === '') return {"]],
  },
  {
    row: 'F15',
    fault: 'a quote that never closes',
    does: 'reported where it opens; costs its line, not the file',
    test: [READERS, 'a quote that never closes costs its line, not the file'],
    without: 'going back to the line',
    changes: [
      [
        'src/core/formats/csv.ts',
        "if (at === end) return !isLast ? 'more' : this.#mode === 'quoted' ? 'open' : at;",
        "if (at === end) return !isLast ? 'more' : at;",
      ],
    ],
  },
  {
    row: 'F16',
    fault: 'half a surrogate pair',
    does: 'reported: no file can hold it',
    test: [READERS, 'half a surrogate pair is reported, a whole pair is a character'],
    without: 'looking',
    changes: [
      ['src/core/formats/row.ts', 'if (!text.isWellFormed()) {', 'if (!text.isWellFormed() && false) {'],
    ],
  },
  {
    row: 'F17',
    fault: 'a key twice in one object',
    does: 'reported; the last one counts',
    test: [READERS, 'a repeated key is reported, at any depth and however it is spelled'],
    without: 'looking',
    changes: [['src/core/formats/json-row.ts', 'if (repeatedKeyAt >= 0) {', 'if (repeatedKeyAt >= 1e9) {']],
  },
  {
    row: 'F18',
    fault: 'export, then import into a clean copy',
    does: 'the same labels, whatever the texts and ids',
    test: [ROUND_TRIP, 'an export into a clean copy gives the same labels, whatever the texts and ids are'],
    without: 'the occurrence number',
    changes: [['src/engine/export.ts', '    hash,\n    n,\n  };', '    hash,\n    n: n * 0,\n  };']],
  },

  // ------------------------------------------------------------------ scale and resources
  {
    row: 'L4',
    fault: 'a worker runs out of memory',
    does: 'dies alone, is started again; labeling goes on',
    test: [
      WORKERS,
      'labeling goes on while the learner dies twice (fill-memory), and it learns again afterwards',
    ],
    without: 'listening for its error',
    changes: [['src/engine/worker.ts', "  worker.on('error', report);\n", '']],
  },
  {
    row: 'L5',
    fault: 'a worker dies or hangs',
    does: 'ended when it is deaf, started again with growing pauses, then given up with a banner',
    test: [WORKERS, 'labeling goes on while the learner dies twice (hang), and it learns again afterwards'],
    without: 'the watchdog',
    changes: [['src/engine/worker.ts', '      worker.terminate().catch(report);\n', '']],
  },
  {
    row: 'L6',
    fault: 'answers of one label only, none, all texts alike',
    does: 'records drawn at random, and no guess',
    test: [
      'unit/learner/learner.test.ts',
      'with answers of one class only, records come at random by the seed and without a guess',
    ],
    without: 'counting the labels',
    changes: [
      [
        'src/engine/learner/learner.ts',
        'if (new Set(classes).size < 2) {',
        'if (new Set(classes).size < 1) {',
      ],
    ],
  },
  {
    row: 'L8',
    fault: 'the editor’s thread is held',
    does: 'long work is done in slices',
    test: [
      ENGINE_QUIET,
      'while a folder with 15,000 answers is read and learned from, the thread of the window computes 200 ms at most',
    ],
    without: 'the slices',
    changes: [['src/engine/slices.ts', 'const SLICE = 3;', 'const SLICE = 100_000;']],
  },

  // ------------------------------------------------------------------ concurrency and lifecycle
  {
    row: 'C1',
    fault: 'two windows on one folder',
    does: 'both label into files of their own, and see each other within 2 s',
    test: [
      QUEUE_SESSION,
      'two windows and a terminal see each other within two seconds, and nothing is lost',
    ],
    without: 'watching the journals',
    changes: [['src/engine/engine.ts', 'this.#journal.watch();', '']],
  },
  {
    row: 'C2',
    fault: 'a window and the command line at once',
    does: 'the same; one leads the index, another takes over when it dies',
    test: [
      'integration/engine/windows.test.ts',
      'when the window that leads the index is killed another takes over in seconds, and all labels are seen',
    ],
    without: 'asking for the lease again',
    changes: [
      [
        'src/engine/indexer/indexer.ts',
        'const lease = Lease.take(this.#indexPath);',
        'const lease = undefined as Lease | undefined;',
      ],
    ],
  },
  {
    row: 'C3',
    fault: 'two clones, merged by git',
    does: 'no conflict, every event',
    test: [
      JOURNAL_TEST,
      'git merges the journals of two clones without a conflict and without losing an event',
    ],
    without: '.gitattributes',
    changes: [['src/journal/journal.ts', "'*.jsonl -text merge=union\\n'", "'*.jsonl -text\\n'"]],
  },
  {
    row: 'C4',
    fault: 'one record answered in two windows',
    does: 'the later answer holds in both, both are kept',
    test: [
      ENGINE_FAULTS,
      'one record answered in two windows: the later answer holds in both, and both are kept',
    ],
    without: 'the order of events (the first holds)',
    changes: [['src/core/records/event.ts', 'return a.lam - b.lam ||', 'return b.lam - a.lam ||']],
  },
  {
    row: 'C5',
    fault: 'two exports to one name',
    does: 'one of them, whole',
    test: [HARNESS, 'processes that export to one name at the same time leave one whole export'],
    without: 'a name of its own for what is half written',
    changes: [
      ['src/journal/durable.ts', '${process.pid}.${random}.tmp', 'tmp'],
      ['src/journal/durable.ts', "await open(half, 'wx+')", "await open(half, 'w+')"],
    ],
  },
  {
    row: 'C6',
    fault: 'the page is reloaded between key and acknowledgement',
    does: 'sent again under the same id, saved once',
    test: [
      QUEUE_PAGE,
      'an answer in flight while the page reloads is sent again under the same id, and saved once',
    ],
    without: 'remembering what is unsaved',
    changes: [
      ['webview/queue/session.ts', 'for (const unsaved of this.state.unsaved) void this.#send(unsaved);', ''],
    ],
  },
  {
    row: 'C7',
    fault: 'the extension host is killed',
    does: 'what was acknowledged is there when it is back',
    test: ['e2e/restricted.test.ts', 'labels outlive an extension host that is killed'],
    why: 'the defence is D1’s, and taken away there; here it would take a packaged extension for each try',
  },
  {
    row: 'C8',
    fault: 'a key is held down, keys repeat',
    does: 'one label a record, in order',
    test: [QUEUE_PAGE, 'a held key labels one record only'],
    without: 'heeding the repetition',
    changes: [
      [
        'webview/queue/keymap.ts',
        "return meaning && key.repeat ? { act: 'nothing' } : meaning;",
        'return meaning;',
      ],
    ],
  },
  {
    row: 'C9',
    fault: 'the clock jumps, back or past 2038',
    does: 'a counter orders events, never the clock',
    test: [ENGINE_FAULTS, 'a clock that jumps back a day, and past 2038, changes no order'],
    without: 'the counter',
    changes: [
      [
        'src/core/records/event.ts',
        'return a.lam - b.lam ||',
        'return Date.parse(a.at) - Date.parse(b.at) ||',
      ],
    ],
  },
  {
    row: 'C10',
    fault: 'a flood of messages, malformed ones',
    does: 'dropped and counted',
    test: [
      'unit/extension/messages.test.ts',
      'a message that is none of ours is dropped, and it is known why',
    ],
    without: 'the guard',
    changes: [
      [
        'src/extension/messages.ts',
        "if (typeof checked === 'string') dropped(checked);",
        "if (typeof checked === 'string') listener(message);",
      ],
    ],
  },
  {
    row: 'C11',
    fault: 'the index changes while a card is read',
    does: 'the card on screen stays',
    test: ['unit/webview/queue-state.test.ts', 'a fresh snapshot never changes the card under the reader'],
    without: 'holding it',
    changes: [
      [
        'webview/queue/state.ts',
        'if (!snapshot || state.front.length > 0) return state;',
        'if (!snapshot) return state;',
      ],
    ],
  },
  {
    row: 'C12',
    fault: 'a choice arrives for records that have gone',
    does: 'not asked: a row is never given to another record',
    test: [ENGINE_FAULTS, 'a choice made for records that have gone since is not asked'],
    without: 'rows of their own for a file that is read again',
    changes: [
      [
        'src/store/writer.ts',
        '    this.removeFile(path);\n    const { file }',
        '    const old = this.#sql.fileRows.get(path);\n    this.removeFile(path);\n    if (old) this.#nextRow = old.first;\n    const { file }',
      ],
    ],
  },

  // ------------------------------------------------------------------ security
  {
    row: 'X1',
    fault: 'markup in texts, labels, file names, words, fields',
    does: 'literal: no element, no script, no request',
    test: [
      HOSTILE_PAGE,
      'xss and blns: no string makes an element, a dialog, a request or an error, and all are shown literally',
    ],
    without: 'text bindings',
    changes: [
      [
        'webview/queue/card.ts',
        "import { guard } from 'lit/directives/guard.js';",
        "import { guard } from 'lit/directives/guard.js';\nimport { unsafeHTML } from 'lit/directives/unsafe-html.js';",
      ],
      [
        'webview/queue/card.ts',
        'controlTemplate(run) : run.text',
        'controlTemplate(run) : unsafeHTML(run.text)',
      ],
    ],
  },
  {
    row: 'X2',
    fault: 'characters that reorder or hide',
    does: 'isolated, each with a symbol',
    test: [
      'unit/webview/text.test.ts',
      'every invisible or reordering character of the trojan-source files is shown by a symbol',
    ],
    without: 'the symbols',
    changes: [['webview/queue/text.ts', '\\u202a-\\u202e', '']],
  },
  {
    row: 'X3',
    fault: 'command: and file: links, Markdown links, images in texts',
    does: 'inert: nothing is ever made a link or an image',
    test: [
      HOSTILE_PAGE,
      'each as the name of a file, the reason, the label guessed and the label given: literal, and the keyboard goes on',
    ],
    without: 'text bindings (a link instead)',
    changes: [
      [
        'webview/queue/card.ts',
        '<span dir="auto">${card.why}</span>',
        '<span dir="auto"><a href=${card.why}>${card.why}</a></span>',
      ],
    ],
  },
  {
    row: 'X4',
    fault: 'paths that lead out of the folder, in settings, commands and journal lines',
    does: 'refused',
    test: [HOSTILE_INPUT, 'no path in an index leads out of the folder, however it is written'],
    without: 'the real path',
    changes: [
      [
        'src/engine/source.ts',
        'if (!(await realpath(path)).startsWith(folder + sep)) return undefined;',
        'await realpath(path);',
      ],
    ],
  },
  {
    row: 'X5',
    fault: 'symbolic links: out, in a circle, to nothing',
    does: 'not followed, reported',
    test: [
      INDEXER_TEST,
      'links, pipes and files that are not text are skipped with a reason, and hang nothing',
    ],
    without: 'telling links from files',
    changes: [
      [
        'src/engine/workspace-files.ts',
        "if (entry.isSymbolicLink()) return 'link';",
        "if (entry.isSymbolicLink()) return 'file';",
      ],
      ['src/engine/indexer/open-source.ts', '(constants.O_NOFOLLOW ?? 0)', '0'],
    ],
  },
  {
    row: 'X7',
    fault: 'pipes, sockets, devices',
    does: 'skipped with the reason, never waited for',
    test: [JOURNAL_TEST, 'links, pipes and folders among the journals are left alone and reported'],
    without: 'looking before opening',
    changes: [
      ['src/journal/file-reader.ts', "if (!stat.isFile()) return 'not-a-file';", ''],
      ['src/journal/file-reader.ts', '(constants.O_NOFOLLOW ?? 0)', '0'],
    ],
  },
  {
    row: 'X8',
    fault: 'files and folders without permission',
    does: 'reported, the rest goes on',
    test: [FOLDERS, 'a file and a folder without permission are reported, and the rest is read'],
    without: 'passing over them',
    changes: [
      [
        'src/engine/workspace-files.ts',
        '  } catch {\n    return undefined;\n  }\n}\n\nasync function textOf',
        '  } catch (error) {\n    throw error;\n  }\n}\n\nasync function textOf',
      ],
    ],
  },
  {
    row: 'X9',
    fault: 'a setting that names a program, its arguments or its environment',
    does: 'there is none, and nothing starts a program',
    test: [TRUST, 'no setting names a program, its arguments or its environment'],
    without: 'that (with such a setting)',
    changes: [['package.json', '"inkling.annotator": {', '"inkling.pythonCommand": {']],
  },
  {
    row: 'X10',
    fault: 'a connection to anywhere',
    does: 'none, by commands and by workers',
    test: [CLI_QUIET, 'no command starts another program or opens a connection'],
    without: 'telling Node’s report to leave the network out',
    changes: [['src/store/driver.ts', 'report.excludeNetwork = true;', 'report.excludeNetwork = false;']],
  },
  {
    row: 'X11',
    fault: 'patterns that hang a matcher',
    does: 'refused; no regular expression comes from a folder',
    test: [INDEXER_TEST, 'patterns that lead out of the folder or could hang a match are refused'],
    without: 'counting wildcards',
    changes: [
      [
        'src/engine/indexer/globs.ts',
        "if (glob !== '' && isInside && isTamePattern(glob)) continue;",
        "if (glob !== '' && isInside) continue;",
      ],
    ],
  },
  {
    row: 'X12',
    fault: '__proto__ and constructor as keys',
    does: 'names like others',
    test: [READERS, 'a path never reaches a prototype'],
    without: 'own properties only',
    changes: [
      [
        'src/core/records/field-path.ts',
        'if (!Object.hasOwn(current as object, step)) return undefined;',
        '',
      ],
      [
        'src/core/records/field-path.ts',
        "return typeof value === 'object' &&",
        "return (typeof value === 'object' || typeof value === 'function') &&",
      ],
    ],
  },
  {
    row: 'X13',
    fault: 'formulas in an export',
    does: 'exact: labels are exported as JSON Lines only, which no spreadsheet runs',
    test: [
      'integration/export/hostile.test.ts',
      'csv-injection: every string is exported as it is, and its label comes back',
    ],
    why: 'nothing writes CSV but the numbers of the curve, so there is nothing to neutralise',
  },
  {
    row: 'X14',
    fault: 'a folder that is not trusted',
    does: 'labeling with defaults: settings of the folder that name places or people are not obeyed, and no code of it runs',
    test: ['e2e/restricted.test.ts', 'decides neither who answers nor where the index is, and runs no code'],
    why: 'seen to fail by hand with the list in package.json emptied: each try takes a packaged extension. unit/extension/trust.test.ts holds the list to what it must have',
  },
  {
    row: 'X15',
    fault: 'hostile journal lines: long, newer, strange labels, acts and counters',
    does: 'kept byte for byte, named, never obeyed',
    test: [
      JOURNAL_TEST,
      'a counter that leaves no room in a journal is kept, reported and not obeyed, and its neighbours count',
    ],
    without: 'the highest counter',
    changes: [['src/journal/line.ts', '|| lam > HIGHEST_LAMPORT', '']],
  },
  {
    row: 'X16',
    fault: 'a record’s text in logs, errors, reports',
    does: 'never',
    test: [CLI_QUIET, "no record's text is in a log, an error or a report that was not asked for texts"],
    without: 'sentences without quotations',
    changes: [
      [
        'src/core/formats/row.ts',
        '`The field ${name} holds ${kind} here, not a text.`',
        '`The field ${name} holds ${kind} here, not a text: ${JSON.stringify(text)}.`',
      ],
    ],
  },

  // ------------------------------------------------------------------ labels
  {
    row: 'U1',
    fault: 'a label is renamed',
    does: 'the id stays, and with it every answer',
    test: [ROUND_TRIP, 'renaming a label changes nothing for exports made before'],
    without: 'going by ids',
    changes: [
      ['src/engine/import.ts', 'if (ids.length > 0 && ids.every(', 'if (ids.length > 1e9 && ids.every('],
    ],
  },
  {
    row: 'U2',
    fault: 'a label in use is retired or merged',
    does: 'hidden, its answers kept; taking it back restores them',
    test: [
      LABEL_EDITS,
      'retire: the labels in use are "a c", every id is kept, and the set given is untouched',
    ],
    without: 'keeping the id',
    changes: [
      [
        'src/core/records/label-edits.ts',
        'return change(labels, edit.label, (label) => ({ ...label, retired: true }));',
        'return labels.filter(({ id }) => id !== edit.label);',
      ],
    ],
  },
  {
    row: 'U3',
    fault: 'a label is added under the name of a retired one',
    does: 'refused, with the old one to bring back',
    test: [
      LABEL_EDITS,
      '{"kind":"add","added":{"id":"Ln","name":"old"}} is refused as label-taken, with a way out',
    ],
    without: 'looking among the retired',
    changes: [
      [
        'src/core/records/label-edits.ts',
        'label.name === name && label.id !== id',
        'label.name === name && label.id !== id && !label.retired',
      ],
    ],
  },
  {
    row: 'U4',
    fault: 'two labels of one name or key, an empty or endless name',
    does: 'refused',
    test: [LABEL_EDITS, '{"kind":"rekey","label":"La","key":"x"} is refused as label-key, with a way out'],
    without: 'looking at the others',
    changes: [
      ['src/core/records/label-edits.ts', "if (key !== '' && taken) {", "if (key === '' && taken) {"],
    ],
  },
  {
    row: 'U5',
    fault: 'undo and redo, long, over restarts and crashes',
    does: 'exact, against a model',
    test: [HARNESS, 'undo and redo are exact, over crashes and restarts'],
    without: 'undos that are undone',
    changes: [['src/core/records/fold.ts', '(undo) => !undo.undone && ', '(undo) => ']],
  },
  {
    row: 'U6',
    fault: 'the own export is imported where labels are',
    does: 'adds nothing twice, replaces nothing',
    test: [ROUND_TRIP, 'a label that was undone or changed since the export stays as it is'],
    without: 'the answer that is there',
    changes: [
      [
        'src/engine/import.ts',
        'this.#taken.get(key) ?? this.#target.answerOf(place.row, by)',
        'this.#taken.get(key)',
      ],
    ],
  },
  {
    row: 'U7',
    fault: 'a guess is saved as a label',
    does: 'never: an event for each answer, and no other',
    test: [
      ENGINE_QUIET,
      'the workers start no program and open no connection, and what the model thinks is never written down',
    ],
    why: 'no code writes a guess but as the reason of an answer, so there is no check to take away',
  },
  {
    row: 'U8',
    fault: 'lines in another order, twice, split over files',
    does: 'the same state',
    test: [
      'unit/records/fold.test.ts',
      'any order, any duplication and any splitting of the lines give the same state',
    ],
    without: 'sorting',
    changes: [['src/core/records/fold.ts', 'return events.sort(compareEvents);', 'return events;']],
  },

  // ------------------------------------------------------------------ supply and packaging
  {
    row: 'P1',
    fault: 'a Node without either SQLite',
    does: 'a sentence; the labels are safe',
    test: [FOLDERS, 'a process without SQLite says what to do, and the labels are there all the same'],
    without: 'catching what the binding throws',
    changes: [
      [
        'src/store/driver.ts',
        "    return load('node:sqlite') as NodeSqlite;\n  } catch {\n    return undefined;",
        "    return load('node:sqlite') as NodeSqlite;\n  } catch (error) {\n    throw error;",
      ],
    ],
  },
  {
    row: 'P2',
    fault: 'the native file is missing or does not load',
    does: 'Node’s own SQLite instead, else the sentence of P1',
    test: [FOLDERS, 'a native file that is missing is replaced by the SQLite of Node'],
    without: 'catching what loading it throws',
    changes: [
      [
        'src/store/driver.ts',
        "    return load('better-sqlite3') as BetterSqlite;\n  } catch {\n    return undefined;",
        "    return load('better-sqlite3') as BetterSqlite;\n  } catch (error) {\n    throw error;",
      ],
    ],
  },
  {
    row: 'P3',
    fault: 'install scripts are off',
    does: 'nothing that ships has one',
    test: [
      'integration/dependencies.test.ts',
      'nothing that ships is made by an install script, and none runs',
    ],
    without: '.npmrc',
    changes: [['.npmrc', 'ignore-scripts=true', 'ignore-scripts=false']],
  },
  {
    row: 'P4',
    fault: 'a file too many, or too few, in the extension',
    does: 'the list is a test',
    test: ['integration/package.test.ts', 'holds these files and no others'],
    without: 'the list of what ships',
    changes: [['.vscodeignore', '!dist/multibyte.js\n', '']],
  },
  {
    row: 'P5',
    fault: 'a package is added or changed unnoticed',
    does: 'fails a test until it is approved there',
    test: [
      'integration/dependencies.test.ts',
      'what ships is made of these packages and no others, each pinned and with its hash',
    ],
    without: 'that (with a version of its own choice)',
    changes: [['package.json', '"picomatch": "', '"picomatch": "^']],
  },
];
