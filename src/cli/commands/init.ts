/** `inkling init`: writes the project file of a folder. */
import { defined } from '../../core/defined.ts';
import { createProject, type NewProject } from '../../engine/project-file.ts';
import type { SourceSurvey } from '../../engine/survey.ts';
import type { Command } from '../command.ts';
import { counted, jsonOption } from './shared.ts';

/** What a folder without records yet gets: all files of a kind that Inkling reads. */
const EVERYTHING = ['**/*'];

type Source = NewProject['sources'][number];

export const init: Command = {
  name: 'init',
  summary: 'Make a folder a labeling project: writes .inkling/project.json.',
  positionals: ['<folder>'],
  options: {
    source: {
      type: 'string',
      value: 'GLOBS',
      help: 'files to label, globs separated by commas; default: all that can be read',
    },
    format: { type: 'string', value: 'FORMAT', help: 'jsonl, json, csv, text or markdown; default: guessed' },
    text: {
      type: 'string',
      value: 'FIELD',
      help: 'the field that holds the text (a.b[0].c for nested ones); default: guessed',
    },
    id: { type: 'string', value: 'FIELD', help: 'the field that holds an id of your own; default: guessed' },
    'record-per': {
      type: 'string',
      value: 'line|file|heading',
      help: 'for text and Markdown: what one record is; default: guessed',
    },
    encoding: {
      type: 'string',
      value: 'NAME',
      help: 'of files that are not UTF-8 (windows-1252, shift_jis…); default: guessed, and said',
    },
    answers: {
      type: 'string',
      value: 'FIELD',
      help: 'a field with answers recorded elsewhere, to be hidden on the cards',
    },
    labels: { type: 'string', value: 'A,B,C', help: 'the labels to answer with, in order' },
    'multi-label': { type: 'boolean', help: 'a record can have several labels, or none of them' },
    name: { type: 'string', value: 'NAME', help: "the project's name; default: the folder's" },
    json: jsonOption,
  },
  details: `
No record is changed; "inkling index" reads the files. Without --source the folder is looked at, and what is
found goes into the project: JSONL, CSV, TSV and text files, or else JSON and Markdown files. A folder that is a
project already is left as it is, with exit code 1: edit .inkling/project.json instead.

  inkling init reviews --source "data/*.jsonl" --text text --id id --labels praise,complaint`,
  async run(args, terminal) {
    const folder = args.positionals[0]!;
    const include = args.list('source');
    const said: Partial<Source> = defined({
      format: args.choice('format', ['jsonl', 'json', 'csv', 'text', 'markdown']),
      text: args.text('text'),
      id: args.text('id'),
      label: args.text('answers'),
      recordPer: args.choice('record-per', ['line', 'file', 'heading']),
      encoding: args.text('encoding'),
    });
    if (said.encoding !== undefined) (await survey()).requireEncoding(said.encoding);
    const found = include.length > 0 ? [] : await sourcesIn(folder);
    const named: Source = { include: include.length > 0 ? include : EVERYTHING };
    const project = await createProject(folder, {
      ...defined({ name: args.text('name') }),
      sources: (found.length > 0 ? found.map(sourceOf) : [named]).map((source) => ({ ...source, ...said })),
      labels: args.list('labels'),
      multiLabel: args.flag('multi-label'),
    });
    if (args.flag('json')) terminal.out(JSON.stringify(project));
    else {
      terminal.out(
        `Made the project "${project.name}" with ${counted(project.labels.length, 'label')}${project.multiLabel ? '; a record can have several' : ''}.`,
      );
      for (const source of found) terminal.out(`  ${describe(source, said)}`);
      terminal.out(`Next: inkling index ${args.positionals[0]}`);
    }
    return 0;
  },
};

/** No other command looks at a folder before it is a project. */
const survey = () => import('../../engine/survey.ts');

/** Those that are surely data; JSON and Markdown only where there is nothing else. */
async function sourcesIn(folder: string): Promise<SourceSurvey[]> {
  const { surveyFolder } = await survey();
  const { sources } = await surveyFolder(folder);
  return sources.filter(({ isSurelyData }) => isSurelyData || !sources[0]!.isSurelyData);
}

function sourceOf(found: SourceSurvey): Source {
  return {
    include: [...found.include],
    format: found.format,
    ...defined({
      text: found.textField || undefined,
      id: found.idField,
      recordPer: found.recordPer,
      encoding: found.encoding?.encoding,
    }),
  };
}

function describe(found: SourceSurvey, said: Partial<Source>): string {
  const text = said.text ?? found.textField;
  const recordPer = said.recordPer ?? found.recordPer;
  const { encoding } = found;
  return [
    `${found.glob}: ${counted(found.files, 'file')}`,
    said.format ?? found.format,
    ...(text ? [`text in "${text}"`] : []),
    ...(recordPer ? [`a record a ${recordPer}`] : []),
    ...(encoding && !said.encoding
      ? [`read as ${encoding.encoding}, ${encoding.isSure ? 'guessed' : 'an unsure guess'}`]
      : []),
  ].join(', ');
}
