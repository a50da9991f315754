/** The first minute: what Inkling guessed about a folder, shown for correction, then written to the project file. */
import * as vscode from 'vscode';
import { defined } from '../core/defined.ts';
import { sayOf } from '../core/say.ts';
import { createProject } from '../engine/project-file.ts';
import type { SourceSurvey } from '../engine/survey.ts';
import { pickOne } from './pick.ts';

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
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Inkling: looking at the folder…') },
    async () => surveyFolder(folder.uri.fsPath, (await isFile(resource)) ? wanted : undefined),
  );
  if (survey.sources.length === 0) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t(
        'There is nothing to label in {0} yet. Inkling reads JSONL, JSON, CSV, TSV, Markdown and text files.',
        folder.name,
      ),
    );
    return false;
  }
  const source = await pickSource(survey.sources, wanted);
  if (!source) return false;
  // Which files is asked where there are several kinds.
  const asked = survey.sources.length > 1 ? 1 : 0;
  const step: Step = (number) => [asked + number, asked + 2];
  const encoding = await pickEncoding(source, step);
  if (encoding === undefined) return false;
  const recordPer = await pickRecordPer(source, step);
  if (recordPer === undefined) return false;
  const text = await pickTextField(source, step);
  if (text === undefined) return false;
  const answers = await pickLabels(source, text, step);
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

/** The number of a step and of how many, for titles: the first is what a record is, the second the labels. */
type Step = (number: number) => [number: number, of: number];

async function pickSource(
  sources: readonly SourceSurvey[],
  wanted?: string,
): Promise<SourceSurvey | undefined> {
  if (sources.length === 1) return sources[0];
  const items = [...sources]
    .sort((a, b) => Number(matches(b, wanted)) - Number(matches(a, wanted)))
    .map((source) => ({
      label: source.glob,
      description: sayOf(source.files, '1 file, {1}', '{0} files, {1}', describeFormat(source)),
      detail: shorten(source.sample),
      source,
    }));
  const picked = await pickOne(items, {
    title: vscode.l10n.t('Start Labeling ({0}/{1}): what do you want to label?', 1, 3),
    placeHolder: vscode.l10n.t('Files found in this folder'),
    matchOnDescription: true,
  });
  return picked?.source;
}

/**
 * The encoding's name, which the project then holds, so that nothing rests on the guess any more; empty for UTF-8;
 * undefined when the person left. Asked only where the guess is unsure.
 */
async function pickEncoding({ encoding }: SourceSurvey, step: Step): Promise<string | undefined> {
  if (!encoding) return '';
  if (encoding.isSure || encoding.candidates.length < 2) return encoding.encoding;
  const picked = await pickOne(
    encoding.candidates.map((candidate) => ({
      label: candidate.encoding,
      description: candidate.encoding === encoding.encoding ? vscode.l10n.t('guessed') : '',
      detail: shorten(candidate.sample),
    })),
    {
      title: vscode.l10n.t(
        'Start Labeling ({0}/{1}): these files are not UTF-8. Which one reads right?',
        ...step(1),
      ),
      placeHolder: vscode.l10n.t('Each shows the first line with a character beyond ASCII'),
      matchOnDetail: true,
    },
  );
  return picked?.label;
}

/** Empty where the format says it; undefined when the person left. */
async function pickRecordPer(source: SourceSurvey, step: Step): Promise<RecordPer | '' | undefined> {
  if (source.recordPer === undefined) return '';
  const choices: RecordPer[] = source.format === 'markdown' ? ['heading', 'file'] : ['line', 'file'];
  const picked = await pickOne(
    choices
      .sort((a, b) => Number(b === source.recordPer) - Number(a === source.recordPer))
      .map((choice) => ({ ...recordPer(choice), choice })),
    {
      title: vscode.l10n.t('Start Labeling ({0}/{1}): what is one record?', ...step(1)),
      placeHolder: `${source.glob}, ${describeFormat(source)}`,
    },
  );
  return picked?.choice;
}

type RecordPer = NonNullable<SourceSurvey['recordPer']>;

function recordPer(choice: RecordPer): { label: string; detail: string } {
  switch (choice) {
    case 'line':
      return {
        label: vscode.l10n.t('A line'),
        detail: vscode.l10n.t('Each line that is not blank is a record'),
      };
    case 'file':
      return { label: vscode.l10n.t('A file'), detail: vscode.l10n.t('Each file is a record, whole') };
    case 'heading':
      return {
        label: vscode.l10n.t('A heading'),
        detail: vscode.l10n.t('Each heading begins a record, which goes to the next one'),
      };
  }
}

/** The field's name; empty where the whole line or file is the text; undefined when the person left. */
async function pickTextField(source: SourceSurvey, step: Step): Promise<string | undefined> {
  // Text and Markdown have no fields, and a list of JSON may hold the texts themselves.
  if (source.recordPer !== undefined || source.textField === '') return '';
  const inOrder = [...source.fields].sort(
    (a, b) => Number(b.name === source.textField) - Number(a.name === source.textField),
  );
  const items = inOrder.map((field) => ({
    label: field.name,
    description:
      field.name === source.textField
        ? vscode.l10n.t('looks like the text')
        : field.name === source.idField
          ? vscode.l10n.t('looks like an id')
          : '',
    detail: field.samples.slice(0, 3).map(shorten).join('  ·  '),
  }));
  const picked = await pickOne(items, {
    title: vscode.l10n.t('Start Labeling ({0}/{1}): which field holds the text?', ...step(1)),
    placeHolder: [
      source.idField
        ? vscode.l10n.t('Ids are taken from "{0}"', source.idField)
        : vscode.l10n.t('Records have no id of their own; Inkling knows them by their text'),
      ...(source.encoding ? [vscode.l10n.t('read as {0}, guessed', source.encoding.encoding)] : []),
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
async function pickLabels(source: SourceSurvey, text: string, step: Step): Promise<PickedLabels | undefined> {
  const columns = source.fields
    .filter(({ name, values }) => name !== text && values !== undefined)
    .sort((a, b) => Number(b.isNamedAsAnswer) - Number(a.isNamedAsAnswer));
  if (columns.length > 0) {
    const typed = { label: vscode.l10n.t('Type the labels…'), column: undefined, description: '' };
    const items = [
      ...columns.map((column) => ({
        label: column.values!.join(', '),
        description: column.lists
          ? vscode.l10n.t('the values of "{0}": a record can have several', column.name)
          : vscode.l10n.t('the values of "{0}"', column.name),
        detail: vscode.l10n.t(
          'Only the names are taken: the answers are yours to give, and the cards hide the column',
        ),
        column,
      })),
      typed,
    ];
    const picked = await pickOne(items, {
      title: vscode.l10n.t('Start Labeling ({0}/{1}): what are the labels?', ...step(2)),
      placeHolder: vscode.l10n.t('Take the names from a column, or type your own'),
    });
    if (!picked) return undefined;
    if (picked.column) {
      const { values, name, lists } = picked.column;
      return { labels: [...values!], column: name, multiLabel: lists };
    }
  }
  return typeLabels(step);
}

/** Two labels stand there, so that Enter goes on; a button says whether a record can have several. */
function typeLabels(step: Step): Promise<PickedLabels | undefined> {
  const input = vscode.window.createInputBox();
  const one = {
    iconPath: new vscode.ThemeIcon('tag'),
    tooltip: vscode.l10n.t('A record has one label. Let records have several'),
  };
  const several = {
    iconPath: new vscode.ThemeIcon('tasklist'),
    tooltip: vscode.l10n.t('A record can have several labels, or none. Let records have one'),
  };
  let multiLabel = false;
  const show = () => {
    input.buttons = [multiLabel ? several : one];
    input.prompt = multiLabel
      ? vscode.l10n.t(
          'Separate them with commas. Keys put labels on a record and take them off; Enter saves. You can change them later.',
        )
      : vscode.l10n.t(
          'Separate them with commas. The first ten answer to the keys 1 … 9 and 0. You can change them later.',
        );
  };
  input.title = vscode.l10n.t('Start Labeling ({0}/{1}): what are the labels?', ...step(2));
  input.placeholder = vscode.l10n.t('praise, complaint, question');
  input.value = vscode.l10n.t('yes, no');
  input.ignoreFocusOut = true;
  show();
  return new Promise((resolve) => {
    input.onDidTriggerButton(() => {
      multiLabel = !multiLabel;
      show();
    });
    input.onDidChangeValue(() => {
      input.validationMessage = undefined;
    });
    input.onDidAccept(() => {
      const labels = splitLabels(input.value);
      if (labels.length < 2) {
        input.validationMessage = vscode.l10n.t('Give at least two labels.');
        return;
      }
      resolve({ labels, multiLabel });
      input.dispose();
    });
    // Also after an answer, when it changes nothing any more.
    input.onDidHide(() => {
      resolve(undefined);
      input.dispose();
    });
    input.show();
  });
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
  const said = [formatName(format)];
  if (recordPer === 'line') said.push(vscode.l10n.t('a record a line'));
  if (recordPer === 'file') said.push(vscode.l10n.t('a record a file'));
  if (recordPer === 'heading') said.push(vscode.l10n.t('a record a heading'));
  if (encoding?.isSure === true) said.push(vscode.l10n.t('read as {0} (guessed)', encoding.encoding));
  if (encoding?.isSure === false)
    said.push(vscode.l10n.t('read as {0} (guessed, unsure)', encoding.encoding));
  return said.join(', ');
}

function formatName(format: SourceSurvey['format']): string {
  if (format === 'text') return vscode.l10n.t('text');
  return format === 'markdown' ? 'Markdown' : format.toUpperCase();
}

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
