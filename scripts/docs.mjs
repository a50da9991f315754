// `npm run docs`: writes docs/reference.md from what the code itself says: the commands, keys and settings of
// package.json (in the words of package.nls.json), the command line's help, the query strategies and classifiers. A test holds the page to this.
import { readFileSync, writeFileSync } from 'node:fs';
import { onFitNode } from './setup.mjs';
import { inRoot, isMain, main, say } from './tools.mjs';

/** The page. Node 24 is needed, because the sources are TypeScript. */
export async function reference() {
  const { helpOf } = await import('../src/cli/command.ts');
  const { commands } = await import('../src/cli/commands/index.ts');
  const { strategies } = await import('../src/core/query/registry.ts');
  const { multiLabelStrategies } = await import('../src/core/query/multi-label-registry.ts');
  const { classifiers } = await import('../src/core/model/registry.ts');
  const { contributes } = manifest();
  const settings = [contributes.configuration].flat().flatMap(({ properties }) => Object.entries(properties));
  return [
    '# Reference',
    '',
    'Made by `npm run docs` from the code; change it there.',
    '',
    '## Commands and keys in the editor',
    '',
    '| Command | Default key | Id |',
    '|---|---|---|',
    ...contributes.commands.map(({ command, title, category }) => {
      const keys = contributes.keybindings
        .filter((binding) => binding.command === command)
        .map(({ key }) => `\`${key}\``);
      return `| ${category}: ${title} | ${keys.join(', ')} | \`${command}\` |`;
    }),
    '',
    "Keys work while a queue has the focus and no text field in it. Label keys (digits, or a label's own), `Enter`,",
    '`Shift+Enter`, `/` and `Escape` belong to the page.',
    '',
    '## Settings',
    '',
    '| Setting | Default | Meaning |',
    '|---|---|---|',
    ...settings.map(
      ([name, { markdownDescription, description, default: value }]) =>
        `| \`${name}\` | \`${JSON.stringify(value)}\` | ${markdownDescription ?? description} |`,
    ),
    '',
    '## Query strategies',
    '',
    'For `learning.strategy` in `.inkling/project.json`, `inkling next --strategy` and `inkling simulate --strategy`.',
    'They can be mixed by weight (`0.7 margin + 0.3 diversity`), balanced over the guessed labels (`balanced margin`) or',
    'spread over them as the pool has them (`stratified entropy`). A share of `random` is ε-greedy: `0.9 margin + 0.1 random`.',
    '`adaptive margin | core-set` gives more of the questions to what has served better so far, random always being one of them.',
    '',
    '| Name | What it asks about and when it helps | What a choice takes | After |',
    '|---|---|---|---|',
    ...strategies.map(
      ({ name, summary, cost, citation }) => `| \`${name}\` | ${summary} | ${cost} | ${citation} |`,
    ),
    '',
    'Where a record can have several labels (`"multiLabel": true`) there are these instead:',
    '',
    '| Name | What it asks about and when it helps | What a choice takes | After |',
    '|---|---|---|---|',
    ...multiLabelStrategies.map(
      ({ name, summary, cost, citation }) => `| \`${name}\` | ${summary} | ${cost} | ${citation} |`,
    ),
    '',
    `Classifiers, for \`learning.classifier\`: ${classifiers.map(({ name }) => `\`${name}\``).join(', ')}.`,
    '',
    '## The command line',
    '',
    ...commands.flatMap((command) => ['```', helpOf(command), '```', '']),
  ].join('\n');
}

/** package.json with its English words in place of their %keys%. */
function manifest() {
  const words = JSON.parse(readFileSync(inRoot('package.nls.json'), 'utf8'));
  return JSON.parse(readFileSync(inRoot('package.json'), 'utf8'), (_, value) =>
    typeof value === 'string' ? value.replace(/^%(.+)%$/, (whole, key) => words[key] ?? whole) : value,
  );
}

if (isMain(import.meta)) {
  await main(async () => {
    await onFitNode();
    writeFileSync(inRoot('docs/reference.md'), await reference());
    say('wrote docs/reference.md');
    return 0;
  });
}
