// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources are what is searched
/** The search for sentences finds those that it is to find, or the other tests of this folder would hold nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { literalsIn } from './literals.ts';
import { bareIn, bareInHost, keptIn, saidIn } from './sources.ts';

const messages = (source: string) => saidIn('a.ts', source).map(({ message }) => message);

test('sentences are found in every way of saying them', () => {
  assert.deepEqual(
    messages(`
      say('One.');
      say(
        "It's {0}.", name);
      sayOf(list.map((one) => one.size)[0], '1 record', '{0} records', say('Inside.'));
      html\`<p>\${sayWith('Before {0} after', part)}</p>\`;
      vscode.l10n.t('Open\\u00a0File');
      this.#say('not this one');
    `),
    ['One.', "It's {0}.", '1 record', '{0} records', 'Inside.', 'Before {0} after', 'Open\u00a0File'],
  );
});

test('a sentence that is put together where it is said is told of', () => {
  assert.deepEqual(messages('say(`Saved ${name}.`); say(many ? "a" : "b"); sayOf(n, one, "{0} b");'), [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('words in a template, and in the attributes that are read out, are told of', () => {
  const bare = (template: string) => bareIn('a.ts', `html\`${template}\``).map((found) => found.slice(7));
  assert.deepEqual(bare('<p class="quiet sentence">Hello ${name}</p>'), ['Hello']);
  assert.deepEqual(
    bare('<b aria-label="Close it" title=${say("x")}>${count(1)} / ${html`<i>inner words</i>`}</b>'),
    ['Close it', 'inner words'],
  );
  assert.deepEqual(bare('<kbd class="cap">Esc</kbd> · <input type="text" role="combobox" />'), []);
});

test('words that VS Code is handed as they are, are told of', () => {
  const source = `
    showInformationMessage('Saved it.');
    const item = { label: 'Add one', detail: \`\${count} of them\`, description: name, iconPath: 'add' };
    quickPick.title = \`$(tag) \${name}\`;
  `;
  assert.deepEqual(
    bareInHost('a.ts', source).map((found) => found.replace(/^a\.ts:\d+ /, '')),
    ['Saved it.', 'Add one', '${count} of them'],
  );
});

test('of errors what happened and the way out are kept, and the code is not', () => {
  const source = `
    // It can't be an error's quote that opens here.
    if (/["']/.test(name)) throw new UserError('no-file', \`There is no file "\${name.replace(')', '')}"\`,
      isOurs ? 'Make one.' : 'Choose another file.');
    throw new Error('This is for the log.');
  `;
  assert.deepEqual(keptIn('src/engine/a.ts', source), [
    'There is no file "{0}"',
    'Make one.',
    'Choose another file.',
  ]);
  assert.deepEqual(keptIn('src/cli/a.ts', source), []);
});

test('literals are read with their escapes, and templates with a place for each expression', () => {
  assert.deepEqual(
    literalsIn(
      "const a = 'it\\'s'; /* don't */ const b = `\\u{1F600} ${f(`in ${x}`)} and ${y}`; // isn't",
    ).map(({ value }) => value),
    ["it's", 'in {0}', '😀 {0} and {1}'],
  );
});
