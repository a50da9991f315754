/** The first minute: what Inkling guessed about a folder, shown for correction, then written to the project file. */
import * as vscode from 'vscode';
import { defined } from '../core/defined.ts';
import { createProject } from '../engine/project-file.ts';
import type { FieldSurvey, SourceSurvey } from '../engine/survey.ts';

/** At most so many labels are offered from a column: more are hardly classes. */
const COLUMN_LABELS = 200;
const STEPS = 3;

/**
 * Asks what to label, which field holds the text, and what the labels are. Each step has its guess in front, so
 * that Enter accepts it.
 *
 * @param resource the file or folder the person started from: a file is taken alone, a folder's files come first
 * @returns whether a project was made; false when the person left
 */
export async function makeProject(folder: vscode.WorkspaceFolder, resource?: vscode.Uri): Promise<boolean> {
  const wanted = resource && relativePath(folder, resource);
  // Reading other people's ignore files takes code that nothing else here needs.
  const { surveyFolder } = await import('../engine/survey.ts');
  const survey = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: 'Inkling: looking at the folder…' },
    async () => surveyFolder(folder.uri.fsPath, (await isFile(resource)) ? wanted : undefined),
  );
  if (survey.sources.length === 0) {
    await vscode.window.showInformationMessage(
      `There is nothing to label in ${folder.name} yet. Inkling reads JSONL, JSON, CSV, TSV, Markdown and text files.`,
    );
    return false;
  }
  const source = await pickSource(survey.sources, wanted);
  if (!source) return false;
  const encoding = await pickEncoding(source);
  if (encoding === undefined) return false;
  const recordPer = await pickRecordPer(source);
  if (recordPer === undefined) return false;
  const text = await pickTextField(source);
  if (text === undefined) return false;
  const answers = await pickLabels(source, text);
  if (!answers) return false;
  await createProject(folder.uri.fsPath, {
    name: folder.name,
    sources: [
      {
        include: [...source.include],
        format: source.format,
        ...defined({
          text: text === '' ? undefined : text,
          id: source.idField,
          label: answers.column,
          recordPer: recordPer === '' ? undefined : recordPer,
          encoding: encoding === '' ? undefined : encoding,
        }),
      },
    ],
    labels: answers.labels,
    multiLabel: answers.multiLabel,
  });
  return true;
}

async function pickSource(
  sources: readonly SourceSurvey[],
  wanted?: string,
): Promise<SourceSurvey | undefined> {
  if (sources.length === 1) return sources[0];
  const items = [...sources]
    .sort((a, b) => Number(matches(b, wanted)) - Number(matches(a, wanted)))
    .map((source) => ({
      label: source.glob,
      description: `${source.files.toLocaleString()} ${source.files === 1 ? 'file' : 'files'}, ${describeFormat(source)}`,
      detail: shorten(source.sample),
      source,
    }));
  const picked = await vscode.window.showQuickPick(items, {
    title: `Start Labeling (1/${STEPS}): what do you want to label?`,
    placeHolder: 'Files found in this folder',
    matchOnDescription: true,
  });
  return picked?.source;
}

/**
 * The encoding's name, which the project then holds, so that nothing rests on the guess any more; empty for UTF-8;
 * undefined when the person left. Asked only where the guess is unsure.
 */
async function pickEncoding({ encoding }: SourceSurvey): Promise<string | undefined> {
  if (!encoding) return '';
  if (encoding.isSure || encoding.candidates.length < 2) return encoding.encoding;
  const picked = await vscode.window.showQuickPick(
    encoding.candidates.map((candidate) => ({
      label: candidate.encoding,
      description: candidate.encoding === encoding.encoding ? 'guessed' : '',
      detail: shorten(candidate.sample),
    })),
    {
      title: `Start Labeling (1/${STEPS}): these files are not UTF-8. Which one reads right?`,
      placeHolder: 'Each shows the first line with a character beyond ASCII',
      matchOnDetail: true,
    },
  );
  return picked?.label;
}

/** Empty where the format says it; undefined when the person left. */
async function pickRecordPer(source: SourceSurvey): Promise<RecordPer | '' | undefined> {
  if (source.recordPer === undefined) return '';
  const choices: RecordPer[] = source.format === 'markdown' ? ['heading', 'file'] : ['line', 'file'];
  const picked = await vscode.window.showQuickPick(
    choices
      .sort((a, b) => Number(b === source.recordPer) - Number(a === source.recordPer))
      .map((choice) => ({ ...RECORD_PER[choice], choice })),
    {
      title: `Start Labeling (2/${STEPS}): what is one record?`,
      placeHolder: `${source.glob}, ${describeFormat(source)}`,
    },
  );
  return picked?.choice;
}

type RecordPer = NonNullable<SourceSurvey['recordPer']>;

const RECORD_PER: Record<RecordPer, { label: string; detail: string }> = {
  line: { label: 'A line', detail: 'Each line that is not blank is a record' },
  file: { label: 'A file', detail: 'Each file is a record, whole' },
  heading: { label: 'A heading', detail: 'Each heading begins a record, which goes to the next one' },
};

/** The field's name; empty where the whole line or file is the text; undefined when the person left. */
async function pickTextField(source: SourceSurvey): Promise<string | undefined> {
  // Text and Markdown have no fields, and a list of JSON may hold the texts themselves.
  if (source.recordPer !== undefined || source.textField === '') return '';
  const inOrder = [...source.fields].sort(
    (a, b) => Number(b.name === source.textField) - Number(a.name === source.textField),
  );
  const items = inOrder.map((field) => ({
    label: field.name,
    description:
      field.name === source.textField
        ? 'looks like the text'
        : field.name === source.idField
          ? 'looks like an id'
          : '',
    detail: field.samples.slice(0, 3).map(shorten).join('  ·  '),
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: `Start Labeling (2/${STEPS}): which field holds the text?`,
    placeHolder: [
      source.idField
        ? `Ids are taken from "${source.idField}"`
        : 'Records have no id of their own; Inkling knows them by their text',
      ...(source.encoding ? [`read as ${source.encoding.encoding}, guessed`] : []),
    ].join(' · '),
    matchOnDetail: true,
  });
  return picked?.label;
}

interface PickedLabels {
  readonly labels: string[];
  /** What they were taken from, which the cards then hide. */
  readonly column?: string;
  readonly multiLabel: boolean;
}

/** The labels; undefined when the person left. A column says by itself whether a record can have several. */
async function pickLabels(source: SourceSurvey, text: string): Promise<PickedLabels | undefined> {
  const columns = source.fields.filter((field) => field.name !== text && looksLikeLabels(field));
  if (columns.length > 0) {
    const typed = { label: 'Type the labels…', column: undefined, description: '' };
    const items = [
      ...columns.map((column) => ({
        label: column.values!.join(', '),
        description: `the values of "${column.name}"${column.lists ? ': a record can have several' : ''}`,
        detail: 'Only the names are taken: the answers are yours to give, and the cards hide the column',
        column,
      })),
      typed,
    ];
    const picked = await vscode.window.showQuickPick(items, {
      title: `Start Labeling (3/${STEPS}): what are the labels?`,
      placeHolder: 'Take the names from a column, or type your own',
    });
    if (!picked) return undefined;
    if (picked.column) {
      const { values, name, lists } = picked.column;
      return { labels: [...values!], column: name, multiLabel: lists };
    }
  }
  const given = await vscode.window.showInputBox({
    title: `Start Labeling (3/${STEPS}): what are the labels?`,
    prompt:
      'Separate them with commas. The first ten answer to the keys 1 … 9 and 0. You can change them later.',
    placeHolder: 'praise, complaint, question',
    ignoreFocusOut: true,
    validateInput: (value) =>
      value.trim() === '' || splitLabels(value).length >= 2 ? undefined : 'Give at least two labels.',
  });
  if (given === undefined) return undefined;
  const labels = splitLabels(given);
  if (labels.length < 2) return undefined;
  const multiLabel = await pickSeveral();
  return multiLabel === undefined ? undefined : { labels, multiLabel };
}

/** Undefined when the person left. */
async function pickSeveral(): Promise<boolean | undefined> {
  const items = [
    { label: 'No, one label each', detail: 'A key labels a record and goes on', several: false },
    {
      label: 'Yes, several or none',
      detail: 'Keys put labels on and take them off; Enter saves and goes on',
      several: true,
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: `Start Labeling (3/${STEPS}): can a record have several labels?`,
    placeHolder: 'It stands in the project file as "multiLabel", and can be changed there',
  });
  return picked?.several;
}

function looksLikeLabels(field: FieldSurvey): boolean {
  return field.values !== undefined && field.values.length >= 2 && field.values.length <= COLUMN_LABELS;
}

function splitLabels(given: string): string[] {
  return [
    ...new Set(
      given
        .split(/[,;\n]/)
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    ),
  ];
}

function describeFormat({ format, recordPer, encoding }: SourceSurvey): string {
  const per = recordPer === undefined ? '' : `, a record a ${recordPer}`;
  const read = encoding ? `, read as ${encoding.encoding} (guessed${encoding.isSure ? '' : ', unsure'})` : '';
  return `${FORMAT_NAMES[format]}${per}${read}`;
}

const FORMAT_NAMES: Record<SourceSurvey['format'], string> = {
  jsonl: 'JSONL',
  json: 'JSON',
  csv: 'CSV',
  text: 'text',
  markdown: 'Markdown',
};

async function isFile(resource: vscode.Uri | undefined): Promise<boolean> {
  if (!resource) return false;
  const stat = await vscode.workspace.fs.stat(resource);
  return (stat.type & vscode.FileType.File) !== 0;
}

function matches(source: SourceSurvey, wanted: string | undefined): boolean {
  return (
    wanted !== undefined && source.paths.some((path) => path === wanted || path.startsWith(`${wanted}/`))
  );
}

function relativePath(folder: vscode.WorkspaceFolder, resource: vscode.Uri): string | undefined {
  const path = vscode.workspace.asRelativePath(resource, false);
  return path === resource.fsPath || path === folder.uri.fsPath ? undefined : path;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
