/** Every sentence that a person sees in the editor, in English and in German. The glossary is in docs/translating.md. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, describe, test } from 'node:test';
import { count, decimal, percent, say, sayAgain, sayOf, speak } from '../../../src/core/say.ts';
import { wordsElement } from '../../../src/extension/page-words.ts';
import { literalsIn } from './literals.ts';
import { bareIn, bareInHost, KEPT_PHRASES, keptIn, saidIn, sources } from './sources.ts';

const german = JSON.parse(
  readFileSync(new URL('../../../l10n/bundle.l10n.de.json', import.meta.url), 'utf8'),
) as Record<string, string>;
const files = [...sources()];
const said = files.flatMap(([file, source]) => saidIn(file, source));

/** Made in English, and said again where they are shown. */
const kept = new Set([
  ...files.flatMap(([file, source]) => keptIn(file, source)),
  ...KEPT_PHRASES.flatMap(([, ...phrases]) => phrases),
]);

/** What the functions that say things ask for themselves: how numbers are written. */
const OWN = 'en-US';

test('every sentence is a literal, so that it can be found by searching for it', () => {
  assert.deepEqual(
    said.filter(({ message }) => message === undefined).map(({ place }) => place),
    [],
  );
});

test('every sentence has German words', () => {
  const missing = said.filter(({ message }) => message !== undefined && !(message in german));
  assert.deepEqual(missing, []);
  assert.deepEqual(
    [...kept].filter((message) => !(`${message}/kept` in german)),
    [],
  );
});

test('no German words are left over from sentences that nobody says any more', () => {
  const known = new Set([
    OWN,
    ...said.map(({ message }) => message),
    ...[...kept].map((message) => `${message}/kept`),
  ]);
  assert.deepEqual(
    Object.keys(german).filter((message) => !known.has(message)),
    [],
  );
});

test('phrases that are translated for the placeholders of other sentences are still said', () => {
  for (const [file, ...phrases] of KEPT_PHRASES) {
    if (file === '') continue;
    const literals = literalsIn(sources().get(file)!).map(({ value }) => value);
    for (const phrase of phrases) assert.ok(literals.includes(phrase), `${file}: ${phrase}`);
  }
});

test('German sentences have the placeholders of the English ones, and German quotes', () => {
  const places = (words: string) => [...new Set(words.match(/\{\d+\}/g))].sort();
  for (const [message, words] of Object.entries(german)) {
    assert.deepEqual(places(words), places(message), message);
    assert.doesNotMatch(words.replace(/`[^`]*`|\{ .* \}|\{"[^}]*\}/g, ''), /"|“[^„]*”/, message);
    assert.notEqual(words.trim(), '', message);
  }
});

test('German sentences call a command what the palette calls it', () => {
  const titles = (language: string) =>
    JSON.parse(
      readFileSync(new URL(`../../../package.nls${language}.json`, import.meta.url), 'utf8'),
    ) as Record<string, string>;
  const [english, other] = [titles(''), titles('.de')];
  for (const [key, title] of Object.entries(english)) {
    if (!key.startsWith('command.')) continue;
    for (const [message, words] of Object.entries(german)) {
      const called = `Inkling: ${title.replace(/…$/, '')}`;
      if (message.includes(called))
        assert.ok(words.includes(`Inkling: ${other[key]!.replace(/…$/, '')}`), message);
    }
  }
});

test('what VS Code is handed to show is said in its language', () => {
  const bare = files
    .filter(([file]) => file.startsWith('src/extension/'))
    .flatMap(([file, source]) => bareInHost(file, source));
  assert.deepEqual(bare, []);
});

test('no page has words in its templates that are not said in its language', () => {
  const bare = files
    .filter(([file]) => file.startsWith('webview/'))
    .flatMap(([file, source]) => bareIn(file, source));
  assert.deepEqual(bare, []);
});

describe('saying', () => {
  afterEach(() => speak(undefined));

  test('a sentence is said in English until a dictionary is given, and where it has no other words', () => {
    assert.equal(say('{0} read', 5), '5 read');
    speak(german);
    assert.equal(say('{0} read', 5), '5 gelesen');
    assert.equal(say('Nobody has translated {0}.', 'this'), 'Nobody has translated this.');
  });

  test('the form goes with the number, and numbers are written as the language does', () => {
    speak(german);
    assert.equal(sayOf(1, '1 answer', '{0} answers'), '1 Antwort');
    assert.equal(sayOf(1234, '1 answer', '{0} answers'), '1.234 Antworten');
    assert.deepEqual([count(1234567), decimal(0.5, 3), percent(0.834, 1)], ['1.234.567', '0,500', '83,4 %']);
  });

  test('braces in a value are no placeholders', () => {
    assert.equal(say('{0} of {1}', '{1}', 'all'), '{1} of all');
  });

  test('what was kept in English is said in German, whatever is in its placeholders', () => {
    speak(german);
    for (const [english, words] of [
      ['The text is empty.', 'Der Text ist leer.'],
      ['The key "(" is that of "a.* {0}"', 'Die Taste „(“ gehört zu „a.* {0}“'],
      [
        'This row has 3 fields where the header has 2, so it is left out.',
        'Diese Zeile hat 3 Felder, die Kopfzeile aber 2; sie wird daher ausgelassen.',
      ],
      [
        '.inkling/project.json can\'t be used: "labels" must be a list. "name" is too small or too short: at least 1.',
        '.inkling/project.json ist nicht verwendbar: "labels" muss eine Liste sein. "name" ist zu klein oder zu kurz: mindestens 1.',
      ],
      ['Asks as margin does, balanced.', 'Fragt wie margin, balanced.'],
      ['Nobody has translated this.', 'Nobody has translated this.'],
      // What is said at once is not taken for a sentence that was kept.
      ['4 read', '4 read'],
    ] as const)
      assert.equal(sayAgain(english), words);
  });

  test('a page is given the words in an attribute that nothing in them can leave', () => {
    const element = wordsElement({ 'a "b" <c>': '&amp; „x“ </head>' });
    assert.equal(
      element,
      '<meta name="inkling-words" content="{&quot;a \\&quot;b\\&quot; &lt;c>&quot;:&quot;&amp;amp; „x“ &lt;/head>&quot;}">',
    );
    assert.equal(wordsElement(undefined), '');
  });
});
