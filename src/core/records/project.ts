/** The project file, `.inkling/project.json`: its fields, what they default to, and its JSON Schema for editors. */
import * as z from 'zod/mini';
import { activeLabels, type Label } from './label-set.ts';

const glob = z.string().check(
  z.minLength(1),
  z.maxLength(1000),
  z.refine((value) => !value.split(/[\\/]/).includes('..'), 'A glob stays inside the folder: no "..".'),
);

const sourceSchema = z.looseObject({
  include: z
    .array(glob)
    .check(z.minLength(1), described('Globs relative to the folder, such as data/**/*.jsonl.')),
  exclude: z.exactOptional(z.array(glob)),
  format: z.exactOptional(z.enum(['jsonl', 'json', 'csv', 'text', 'markdown'])),
  text: z.exactOptional(
    z
      .string()
      .check(z.minLength(1), described('The field that holds the text: body, or a.b[0].c in nested JSON.')),
  ),
  id: z.exactOptional(
    z.string().check(z.minLength(1), described("The field that holds the record's own id.")),
  ),
  label: z.exactOptional(
    z
      .string()
      .check(
        z.minLength(1),
        described(
          'A field with answers recorded elsewhere: hidden on the cards, so that nobody is influenced.',
        ),
      ),
  ),
  encoding: z.exactOptional(
    z
      .string()
      .check(
        z.minLength(1),
        described(
          'The encoding of these files, where they have no byte order mark: windows-1252, shift_jis… Left out: UTF-8, or a guess that is reported.',
        ),
      ),
  ),
  recordPer: z.exactOptional(
    z
      .enum(['line', 'file', 'heading'])
      .check(described('For text: a record a line or a file. For Markdown: a record a file or a heading.')),
  ),
  delimiter: z.exactOptional(z.string().check(z.minLength(1), z.maxLength(1))),
});

const labelSchema = z.looseObject({
  id: z
    .string()
    .check(
      z.minLength(1),
      z.maxLength(200),
      described('Made once and never changed: the label journal names labels by it.'),
    ),
  name: z.string().check(
    z.refine((value) => value.trim() !== '', 'A label needs a name.'),
    z.maxLength(200),
  ),
  key: z.exactOptional(
    z
      .string()
      .check(z.minLength(1), z.maxLength(8), described('The single key that answers with this label.')),
  ),
  color: z.exactOptional(z.string().check(z.regex(/^#[0-9a-fA-F]{6}$/))),
  description: z.exactOptional(z.string()),
  retired: z.exactOptional(z.boolean().check(described('Hidden from new answers; old ones stay.'))),
  mergedInto: z.exactOptional(
    z.string().check(described('The id of the label that answers for this one now.')),
  ),
  splitInto: z.exactOptional(
    z
      .array(z.string())
      .check(
        z.minLength(1),
        described('The ids of the labels that this one was split into: its records are asked about again.'),
      ),
  ),
});

const share = z.number().check(z.minimum(0), z.maximum(0.5));

/** Unknown fields are kept everywhere: a newer Inkling, or a person, may have put them there. */
const projectSchema = z.looseObject({
  version: z.literal(1),
  name: z.string().check(z.minLength(1), z.maxLength(200)),
  salt: z
    .string()
    .check(
      z.regex(/^[0-9a-f]{32}$/),
      described('Decides which records are audited. Changing it changes the audit set.'),
    ),
  sources: z.array(sourceSchema),
  labels: z.array(labelSchema).check(z.refine(areDistinct, 'Two labels have the same id or the same name.')),
  multiLabel: z._default(
    z
      .boolean()
      .check(
        described(
          'Whether a record can have several labels, or none of them. On the cards label keys then put a label on or take it off, and Enter saves.',
        ),
      ),
    false,
  ),
  audit: z._default(
    z.looseObject({
      share: z._default(share.check(described('The share of the records that only measure.')), 0.1),
    }),
    { share: 0.1 },
  ),
  learning: z._default(
    z.looseObject({
      strategy: z._default(
        z
          .string()
          .check(
            z.minLength(1),
            described(
              'How records are chosen. Names can be mixed: 0.7 margin + 0.3 diversity; balanced margin.',
            ),
          ),
        'default',
      ),
      classifier: z._default(z.string().check(z.minLength(1)), 'logistic'),
    }),
    { strategy: 'default', classifier: 'logistic' },
  ),
  stream: z.exactOptional(
    z.looseObject({
      threshold: z._default(
        z
          .number()
          .check(
            z.gt(0),
            z.maximum(1),
            described('New records of which the model is less sure than this are asked at once: .8 is 80 %.'),
          ),
        0.8,
      ),
      budget: z._default(
        z
          .number()
          .check(
            z.gt(0),
            z.maximum(1),
            described('The share of the new records that may be asked at once: .1 is one in ten.'),
          ),
        0.1,
      ),
    }),
  ),
  goal: z.exactOptional(
    z.looseObject({
      accuracy: z.exactOptional(
        z
          .number()
          .check(
            z.gt(0),
            z.lt(1),
            described('The curve says when the model is surely this accurate: .9 is 90 %.'),
          ),
      ),
      answers: z.exactOptional(
        z.int().check(z.minimum(1), described('The curve says when so many answers are given.')),
      ),
      minutes: z.exactOptional(
        z.number().check(z.minimum(1), described('The curve says when so many minutes are spent on cards.')),
      ),
    }),
  ),
  language: z._default(z.string().check(z.minLength(1)), 'auto'),
});

export type Project = z.output<typeof projectSchema>;

/** The project in a parsed file, with defaults filled in, or a sentence for everything that is wrong with it. */
export function readProjectValue(value: unknown): { project: Project } | { faults: readonly string[] } {
  const parsed = projectSchema.safeParse(value);
  return parsed.success ? { project: parsed.data } : { faults: parsed.error.issues.map(sentence) };
}

/** JSON Schema, draft 7, of the file as a person writes it: what has a default may be left out. */
export function projectJsonSchema(): object {
  return z.toJSONSchema(projectSchema, { target: 'draft-7', io: 'input' });
}

function areDistinct(labels: readonly Label[]): boolean {
  const names = activeLabels(labels).map(({ name }) => name);
  return new Set(labels.map(({ id }) => id)).size === labels.length && new Set(names).size === names.length;
}

/** What is wrong with one field. Zod's own sentences are not loaded: they weigh more than all of this. */
function sentence(issue: z.core.$ZodIssue): string {
  const field = issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  const name = field ? `"${field.replace(/^\./, '')}"` : 'The file';
  switch (issue.code) {
    case 'invalid_type':
      return `${name} must be ${article(issue.expected)}.`;
    case 'invalid_value':
      return `${name} must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}.`;
    case 'too_small':
      return `${name} is too small or too short: at least ${issue.minimum}.`;
    case 'too_big':
      return `${name} is too large or too long: at most ${issue.maximum}.`;
    case 'invalid_format':
      return `${name} does not have the form ${issue.pattern}.`;
    case 'custom':
      return `${name}: ${issue.message}`;
    default:
      return `${name} is not usable.`;
  }
}

function article(type: string): string {
  if (type === 'array') return 'a list';
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function described(description: string) {
  return z.meta({ description });
}
