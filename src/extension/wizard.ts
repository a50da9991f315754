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
 * @param resource the file or folder the person started from: its files are preselected
 * @returns whether a project was made; false when the person left
 */
export async function makeProject(folder: vscode.WorkspaceFolder, resource?: vscode.Uri): Promise<boolean> {
  // Reading other people's ignore files takes code that nothing else here needs.
  const { surveyFolder } = await import('../engine/survey.ts');
  const survey = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: 'Inkling: looking at the folder…' },
    () => surveyFolder(folder.uri.fsPath),
  );
  if (survey.sources.length === 0) {
    await vscode.window.showInformationMessage(
      `There is nothing to label in ${folder.name} yet. Inkling reads JSONL, JSON, CSV, TSV, Markdown and text files.`,
    );
    return false;
  }
  const source = await pickSource(survey.sources, resource && relativePath(folder, resource));
  if (!source) return false;
  const text = await pickTextField(source);
  if (text === undefined) return false;
  const answers = await pickLabels(source, text);
  if (!answers) return false;
  await createProject(folder.uri.fsPath, {
    name: folder.name,
    sources: [
      {
        include: [source.glob],
        format: source.format,
        ...defined({
          text: text === '' ? undefined : text,
          id: source.idField,
          label: answers.column,
          recordPer: source.recordPer,
        }),
      },
    ],
    labels: answers.labels,
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
      detail: shorten(source.fields.find((field) => field.name === source.textField)?.samples[0] ?? ''),
      source,
    }));
  const picked = await vscode.window.showQuickPick(items, {
    title: `Start Labeling (1/${STEPS}): what do you want to label?`,
    placeHolder: 'Files found in this folder',
    matchOnDescription: true,
  });
  return picked?.source;
}

/** The field's name; empty where the whole line or file is the text; undefined when the person left. */
async function pickTextField(source: SourceSurvey): Promise<string | undefined> {
  if (source.format === 'text') return '';
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
    placeHolder: source.idField
      ? `Ids are taken from "${source.idField}"`
      : 'Records have no id of their own; Inkling knows them by their text',
    matchOnDetail: true,
  });
  return picked?.label;
}

/** The labels, and the column they were taken from, which the cards then hide; undefined when the person left. */
async function pickLabels(
  source: SourceSurvey,
  text: string,
): Promise<{ labels: string[]; column?: string } | undefined> {
  const columns = source.fields.filter((field) => field.name !== text && looksLikeLabels(field));
  if (columns.length > 0) {
    const typed = { label: 'Type the labels…', column: undefined, description: '' };
    const items = [
      ...columns.map((column) => ({
        label: column.values!.join(', '),
        description: `the values of "${column.name}"`,
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
    if (picked.column) return { labels: [...picked.column.values!], column: picked.column.name };
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
  return labels.length >= 2 ? { labels } : undefined;
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

function describeFormat(source: SourceSurvey): string {
  if (source.format === 'text') return source.recordPer === 'file' ? 'a record a file' : 'a record a line';
  return source.format === 'jsonl' ? 'JSONL' : 'CSV';
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
