/** `inkling init`: writes the project file of a folder. */
import { defined } from '../../core/defined.ts';
import { createProject } from '../../engine/project-file.ts';
import type { Command } from '../command.ts';
import { counted, jsonOption } from './shared.ts';

/** All files of a kind that Inkling reads. */
const EVERYTHING = ['**/*'];

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
    format: { type: 'string', value: 'FORMAT', help: 'jsonl, csv or text; default: by the file name' },
    text: {
      type: 'string',
      value: 'FIELD',
      help: 'the field that holds the text (a.b[0].c for nested ones); default: guessed',
    },
    id: { type: 'string', value: 'FIELD', help: 'the field that holds an id of your own; default: guessed' },
    'record-per': {
      type: 'string',
      value: 'line|file',
      help: 'for text files: what one record is; default: line',
    },
    answers: {
      type: 'string',
      value: 'FIELD',
      help: 'a field with answers recorded elsewhere, to be hidden on the cards',
    },
    labels: { type: 'string', value: 'A,B,C', help: 'the labels to answer with, in order' },
    name: { type: 'string', value: 'NAME', help: "the project's name; default: the folder's" },
    json: jsonOption,
  },
  details: `
Nothing is read yet and no record is changed; "inkling index" reads the files. A folder that is a project
already is left as it is, with exit code 1: edit .inkling/project.json instead.

  inkling init reviews --source "data/*.jsonl" --text text --id id --labels praise,complaint`,
  async run(args, terminal) {
    const include = args.list('source');
    const project = await createProject(args.positionals[0]!, {
      ...defined({ name: args.text('name') }),
      sources: [
        {
          include: include.length > 0 ? include : EVERYTHING,
          ...defined({
            format: args.choice('format', ['jsonl', 'json', 'csv', 'text', 'markdown']),
            text: args.text('text'),
            id: args.text('id'),
            label: args.text('answers'),
            recordPer: args.choice('record-per', ['line', 'file']),
          }),
        },
      ],
      labels: args.list('labels'),
    });
    if (args.flag('json')) terminal.out(JSON.stringify(project));
    else {
      terminal.out(`Made the project "${project.name}" with ${counted(project.labels.length, 'label')}.`);
      terminal.out(`Next: inkling index ${args.positionals[0]}`);
    }
    return 0;
  },
};
