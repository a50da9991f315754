import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { GeneralVectors, KnownTerms } from '../../../src/core/features/general-vectors.ts';
import { labelSets } from '../../../src/core/model/label-sets.ts';
import { strategies } from '../../../src/core/query/registry.ts';
import { Random } from '../../../src/core/random.ts';
import type { Language } from '../../../src/core/text/stemming.ts';
import { vectorsFor } from '../../../src/engine/english-vectors.ts';
import { Learner } from '../../../src/engine/learner/learner.ts';
import { learnPool } from '../../../src/engine/learner/pool-learning.ts';
import type { Lesson } from '../../../src/protocol/learner.ts';
import { keepFile, keptPath } from '../../../src/store/store.ts';
import { type IndexedText, indexTexts, removeIndexed } from '../../support/indexed.ts';
import { until } from '../../support/until.ts';

const THRESHOLD = 1000;
const topics = [
  'the kettle and the tea are in the kitchen with the cups and the sugar',
  'the train and the platform are at the station with the tickets and the guard',
  'the rain and the wind are over the hills with the clouds and the thunder',
];

let folder: string;
let path: string;
let learner: Learner;
let learnsPool: boolean;
let poolLearned: () => void;
let general: (language: Language | undefined) => GeneralVectors | undefined;
let learning: (known: KnownTerms | undefined) => void;
const indexed = new Map<number, string>();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-learner-'));
  path = join(folder, 'index.db');
  learnsPool = false;
  poolLearned = () => {};
  general = (language) => vectorsFor(language, (error) => assert.fail(String(error)));
  learning = () => {};
  indexed.clear();
  learner = newLearner();
});
afterEach(async () => {
  await learner.close();
  rmSync(folder, { recursive: true, force: true });
});

test('before anything is indexed there is nothing to ask, and that is no error', async () => {
  assert.deepEqual(await learner.refresh(THRESHOLD), {
    generation: 0,
    records: 0,
    auditRows: new Int32Array(0),
  });
  const { chosen, fitted } = await learner.teach(lesson([], []));
  assert.deepEqual([chosen, fitted], [[], false]);
});

test('the audit set comes in the order of its ranks, equal ones by row', async () => {
  const ranks = [THRESHOLD, 7, 999, 7, 5000, 0];
  const rows = indexTexts(
    path,
    'a',
    ranks.map((auditRank) => ({ text: topics[0]!, auditRank })),
  );
  const { auditRows, records } = await learner.refresh(THRESHOLD);
  assert.equal(records, 6);
  assert.deepEqual([...auditRows], [rows[5], rows[1], rows[3], rows[2]]);
});

for (const strategy of strategies) {
  test(`${strategy.name} never asks about audit records, answered ones or those set aside`, async () => {
    const rows = indexTexts(
      path,
      'a',
      texts(60, (at) => (at % 10 === 9 ? 3 : THRESHOLD)),
    );
    await learner.refresh(THRESHOLD);
    const taught = await learner.teach({
      ...lesson([rows[0]!, rows[1]!, rows[2]!], [0, 1, 2]),
      excluded: Int32Array.of(rows[3]!, rows[4]!),
      strategy: strategy.name,
      size: 100,
    });
    const expected = rows.filter((_, at) => at > 4 && at % 10 !== 9);
    assert.deepEqual(
      taught.chosen.map(({ row }) => row).toSorted((a, b) => a - b),
      expected,
    );
    assert.equal(taught.fitted, true);
    for (const { guess } of taught.chosen) assert.ok(guess!.p > 0 && guess!.p <= 1 && guess!.classIndex < 3);
  });
}

for (const classifier of ['logistic', 'ml-logistic-regression']) {
  test(`${classifier}: a few answers a topic and the rest is guessed right`, async () => {
    const rows = indexTexts(
      path,
      'a',
      texts(60, () => THRESHOLD),
    );
    await learner.refresh(THRESHOLD);
    const answered = rows.slice(0, 9);
    const taught = await learner.teach({
      ...lesson(
        answered,
        answered.map((_, at) => at % 3),
      ),
      classifier,
      size: 60,
    });
    const right = taught.chosen.filter(({ row, guess }) => guess!.classIndex === rows.indexOf(row) % 3);
    assert.ok(right.length >= 48, `${right.length} of 51 right`);
  });
}

test('with answers of one class only, records come at random by the seed and without a guess', async () => {
  const rows = indexTexts(
    path,
    'a',
    texts(60, () => THRESHOLD),
  );
  await learner.refresh(THRESHOLD);
  const ask = async (seed: number) => {
    const taught = await learner.teach({ ...lesson([rows[0]!], [1]), seed });
    assert.equal(taught.fitted, false);
    assert.ok(taught.chosen.every(({ guess }) => guess === undefined));
    return taught.chosen.map(({ row }) => row);
  };
  assert.deepEqual(await ask(1), await ask(1));
  assert.notDeepEqual(await ask(1), await ask(2));
});

test('the same answers and seed give the same choice, in this learner and in a fresh one', async () => {
  const rows = indexTexts(
    path,
    'a',
    texts(90, () => THRESHOLD),
  );
  const answers = lesson(rows.slice(0, 6), [0, 1, 2, 0, 1, 2]);
  const choose = async (by: Learner) => {
    await by.refresh(THRESHOLD);
    const { chosen, strategy } = await by.teach(answers);
    return { chosen, strategy };
  };
  const fresh = newLearner();
  assert.deepEqual(await choose(fresh), await choose(learner));
  await fresh.close();
});

test('records that are added or removed are seen at the next refresh', async () => {
  indexTexts(
    path,
    'a',
    texts(12, () => THRESHOLD),
  );
  assert.equal((await learner.refresh(THRESHOLD)).records, 12);
  const added = indexTexts(
    path,
    'b',
    texts(12, () => THRESHOLD),
  );
  assert.equal((await learner.refresh(THRESHOLD)).records, 24);
  removeIndexed(path, 'a');
  assert.equal((await learner.refresh(THRESHOLD)).records, 12);
  const { chosen } = await learner.teach({ ...lesson([], []), size: 100 });
  assert.deepEqual(
    chosen.map(({ row }) => row).toSorted((a, b) => a - b),
    added,
  );
});

test('an index built anew is read anew', async () => {
  indexTexts(
    path,
    'a',
    texts(12, () => THRESHOLD),
  );
  await learner.refresh(THRESHOLD);
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  indexTexts(
    path,
    'a',
    texts(30, () => THRESHOLD),
  );
  assert.equal((await learner.refresh(THRESHOLD)).records, 30);
});

test('a record is explained by its own words, strongest first, for and against', async () => {
  const rows = indexTexts(
    path,
    'a',
    texts(30, () => THRESHOLD),
  );
  await learner.refresh(THRESHOLD);
  assert.equal(await learner.explain(rows[0]!, 0), undefined);
  await learner.teach(lesson(rows.slice(0, 6), [0, 1, 2, 0, 1, 2]));
  const words = (await learner.explain(rows[9]!, 0))!;
  assert.ok(words.length > 0);
  const own = new Set(texts(30, () => 0)[9]!.text.split(' '));
  for (const [at, { term, weight }] of words.entries()) {
    assert.ok(own.has(term), term);
    assert.ok(at === 0 || Math.abs(weight) <= Math.abs(words[at - 1]!.weight));
  }
  const against = (await learner.explain(rows[9]!, 1))!;
  assert.ok(words[0]!.weight > 0 && against[0]!.weight < 0);
});

test('an answer whose words are those of an audit record trains nothing: it would flatter the audit', async () => {
  const rows = indexTexts(path, 'a', [
    { text: 'the parcel came late', auditRank: 1 },
    { text: 'Late came the PARCEL, the parcel!' },
    { text: 'the invoice was wrong' },
    { text: 'a wrong card' },
  ]);
  await learner.refresh(THRESHOLD);
  const near = await learner.teach(lesson([rows[1]!, rows[2]!], [0, 1]));
  assert.equal(near.fitted, false, 'one class is left');
  const apart = await learner.teach(lesson([rows[3]!, rows[2]!], [0, 1]));
  assert.equal(apart.fitted, true);
});

test('the guess is shown with a calibrated probability: where all held-out answers are right it is sure', async () => {
  const rows = indexTexts(
    path,
    'a',
    texts(160, () => THRESHOLD),
  );
  await learner.refresh(THRESHOLD);
  const meanP = async (count: number) => {
    const answered = rows.slice(0, count);
    const classes = answered.map((_, at) => at % 3);
    const { chosen } = await learner.teach({ ...lesson(answered, classes), strategy: 'random', size: 60 });
    return chosen.reduce((sum, { guess }) => sum + guess!.p, 0) / chosen.length;
  };
  // 19 answers are too few to calibrate by: the model is right, and says so with little confidence.
  const [before, after] = [await meanP(19), await meanP(40)];
  assert.ok(before < 0.8, String(before));
  assert.ok(after > 0.97, String(after));
});

test('the curve has a point for each checkpoint and the newest model, and says how sure it is', async () => {
  const rows = indexTexts(
    path,
    'a',
    texts(120, (at) => (at < 60 ? at : THRESHOLD)),
  );
  await learner.refresh(THRESHOLD);
  const [audit, train] = [rows.slice(0, 60), rows.slice(60)];
  const request = (trained: number, audited: number) => ({
    classCount: 3,
    rows: Int32Array.from(train.slice(0, trained)),
    classes: Int32Array.from({ length: trained }, (_, at) => at % 3),
    auditRows: Int32Array.from(audit.slice(0, audited)),
    auditClasses: Int32Array.from({ length: audited }, (_, at) => at % 3),
    auditThreshold: THRESHOLD,
    classifier: 'logistic',
  });
  const { points, quality, confusion, calibration, forecast, againstRandom } = await learner.curve(
    request(35, 30),
  );
  assert.equal(
    confusion.reduce((sum, { count }) => sum + count, 0),
    30,
  );
  assert.deepEqual(
    quality.map(({ support }) => support),
    [10, 10, 10],
  );
  assert.equal(
    calibration?.bins.reduce((sum, { count }) => sum + count, 0),
    30,
  );
  assert.deepEqual(
    [forecast.known, againstRandom.known],
    [false, false],
    'nothing is said of 30 audit answers',
  );
  assert.deepEqual(
    points.map(({ labels }) => labels),
    [10, 14, 20, 30, 35],
  );
  for (const { accuracy, macroF1 } of points) {
    for (const { value, low, high } of [accuracy, macroF1]) assert.ok(low <= value && value <= high);
  }
  assert.ok(points.at(-1)!.accuracy.value > 0.8);
  assert.deepEqual((await learner.curve(request(0, 30))).points, []);
  assert.deepEqual((await learner.curve(request(35, 0))).points, []);

  const more = await learner.curve(request(36, 60));
  const fresh = newLearner();
  await fresh.refresh(THRESHOLD);
  assert.deepEqual(more, await fresh.curve(request(36, 60)));
  await fresh.close();
});

test('what was learned of a pool serves the next start at once, unless it is damaged or of another pool', async () => {
  const records = texts(150, () => THRESHOLD);
  const rows = await learnedFrom(records);
  const taught = {
    ...lesson(
      rows.slice(0, 40),
      rows.slice(0, 40).map((_, at) => at % 3),
    ),
    size: 50,
  };
  const { chosen } = await learner.teach(taught);

  const chosenAnew = async () => {
    const next = newLearner();
    await next.refresh(THRESHOLD);
    const again = await next.teach(taught);
    await next.close();
    return again.chosen.map(({ row }) => row);
  };
  const asLearned = chosen.map(({ row }) => row);
  assert.deepEqual(await chosenAnew(), asLearned);

  const kept = readFileSync(keptPath(path, 'features'));
  const damaged = Buffer.from(kept);
  damaged[damaged.length >> 1]! ^= 1;
  for (const bytes of [damaged, kept.subarray(0, -8), Buffer.alloc(4), Buffer.alloc(0)]) {
    writeFileSync(keptPath(path, 'features'), bytes);
    assert.notDeepEqual(await chosenAnew(), asLearned);
  }

  // Fewer than a fifth more are scored by what is known; then it is learned anew, and serves meanwhile.
  writeFileSync(keptPath(path, 'features'), kept);
  indexTexts(
    path,
    'b',
    texts(10, () => THRESHOLD),
  );
  assert.equal((await chosenAnew()).length, 50);
  const more = texts(60, () => THRESHOLD);
  indexTexts(path, 'c', more).forEach((row, at) => {
    indexed.set(row, more[at]!.text);
  });
  const relearned = poolIsLearned();
  const next = newLearner();
  await next.refresh(THRESHOLD);
  assert.equal((await next.teach({ ...lesson([], []), size: 20 })).chosen.length, 20);
  await relearned;
  await next.close();
  assert.notDeepEqual(readFileSync(keptPath(path, 'features')), kept);
});

test("once the pool's features are learned, the first answers cover its topics and the model knows more", async () => {
  const records = texts(150, (at) => (at < 30 ? at : THRESHOLD));
  const rows = await learnedFrom(records);

  const topicOf = (row: number) => rows.indexOf(row) % 3;
  const first = await learner.teach({ ...lesson([], []), size: 20 });
  assert.equal(first.fitted, false);
  assert.equal(new Set(first.chosen.slice(0, 10).map(({ row }) => topicOf(row))).size, 3);
  assert.ok(
    first.chosen.every(({ row }) => !rows.slice(0, 30).includes(row)),
    'audit records stay out',
  );

  // Answers go on along the same starters, whatever the model of the first few would ask.
  const [a, b, ...rest] = first.chosen.map(({ row }) => row);
  const second = await learner.teach({ ...lesson([a!, b!], [0, 1]), size: 5 });
  assert.deepEqual(
    second.chosen.map(({ row }) => row),
    rest.slice(0, 5),
  );

  const answered = first.chosen.map(({ row }) => row);
  const after = await learner.teach({ ...lesson(answered, answered.map(topicOf)), size: 100 });
  assert.equal(after.chosen.length, 100);
  const right = after.chosen.filter(({ row, guess }) => guess!.classIndex === topicOf(row));
  assert.ok(right.length > 95, `${right.length} of 100 right`);
  const words = (await learner.explain(answered[0]!, topicOf(answered[0]!)))!;
  assert.ok(words[0]!.weight > 0);
  const { points } = await learner.curve({
    classCount: 3,
    rows: Int32Array.from(answered),
    classes: Int32Array.from(answered, topicOf),
    auditRows: Int32Array.from(rows.slice(0, 30)),
    auditClasses: Int32Array.from(rows.slice(0, 30), topicOf),
    auditThreshold: THRESHOLD,
    classifier: 'logistic',
  });
  assert.ok(points.at(-1)!.accuracy.value > 0.9);
});

test('when many answers show that models are too bold, the next lessons of the same answers are not', async () => {
  const records = texts(300, () => THRESHOLD);
  const rows = await learnedFrom(records);
  // Answers that follow no rule: whatever is learned of them is wrong, the less of it the better.
  const random = new Random(2);
  const answered = rows.slice(0, 240);
  const classes = answered.map(() => random.below(2));
  const boldness = async () => {
    await learner.teach({ ...lesson(answered, classes), classCount: 2 });
    return (await learner.guesses(Int32Array.from(rows.slice(240))))!.p;
  };
  const before = await boldness();
  await until('another model of the same answers', async () =>
    (await boldness()).some((p, at) => p !== before[at]),
  );
});

test('an opinion in words that no answer held is told by how they sound, and explained by them', async () => {
  const good = 'superb wonderful brilliant delightful charming excellent impressive enjoyable'.split(' ');
  const bad = 'awful terrible horrible dreadful boring annoying disappointing miserable'.split(' ');
  const nouns = 'film plot actor scene music story end start light sound'.split(' ');
  const opinion = (at: number) => (at % 2 === 0 ? good : bad)[Math.floor(at / 2) % 8]!;
  const records = Array.from({ length: 96 }, (_, at) => ({
    text: `the ${nouns[at % 10]} was ${opinion(at)} and so is the ${nouns[(at * 7 + 3) % 10]} of no${at}`,
    auditRank: THRESHOLD,
  }));
  const rows = await learnedFrom(records);
  // The first five words of each kind are answered, the last three are not.
  const isAnswered = (at: number) => Math.floor(at / 2) % 8 < 5;
  const answered = rows.filter((_, at) => isAnswered(at));
  await learner.teach({
    ...lesson(
      answered,
      answered.map((row) => rows.indexOf(row) % 2),
    ),
    classCount: 2,
  });
  const others = rows.filter((_, at) => !isAnswered(at));
  const { classes } = (await learner.guesses(Int32Array.from(others)))!;
  const right = others.filter((row, at) => classes[at] === rows.indexOf(row) % 2);
  assert.ok(right.length >= 0.9 * others.length, `${right.length} of ${others.length}`);
  for (const row of others.slice(0, 4)) {
    const at = rows.indexOf(row);
    const words = (await learner.explain(row, at % 2))!;
    const own = words.find(({ term }) => term === opinion(at));
    assert.ok(own && own.weight > 0, JSON.stringify(words));
  }
});

for (const [language, isJoined] of [
  ['en', true],
  ['de', false],
  ['ja', false],
] as const) {
  test(`a pool in "${language}" is ${isJoined ? '' : 'not '}learned beside what general English text says`, async () => {
    const records = texts(60, () => THRESHOLD);
    indexTexts(path, 'a', records).forEach((row, at) => {
      indexed.set(row, records[at]!.text);
    });
    const known = await new Promise<KnownTerms | undefined>((resolve) => {
      learning = resolve;
      void learner.refresh(THRESHOLD, language);
    });
    assert.equal(known !== undefined && known.vectors.length > 0, isJoined);
  });
}

test('what was learned of English without the vectors that should be there is not kept: the next start may have them', async () => {
  const records = texts(60, () => THRESHOLD);
  indexTexts(path, 'a', records).forEach((row, at) => {
    indexed.set(row, records[at]!.text);
  });
  const shipped = general;
  for (const isThere of [false, true]) {
    general = isThere ? shipped : () => undefined;
    const learned = poolIsLearned();
    const some = newLearner();
    await some.refresh(THRESHOLD, 'en');
    await learned;
    assert.equal(existsSync(keptPath(path, 'features')), isThere);
    await some.close();
  }
});

test('the language a person sets decides on stemming, instead of the one detected', async () => {
  const rows = indexTexts(path, 'a', [
    { text: 'the house and the trees' },
    { text: 'the houses and the tree' },
    { text: 'Häuser und ein Hauses' },
  ]);
  const found = async (language?: string) => {
    await learner.refresh(THRESHOLD, language);
    return [...(await learner.find('haus'))];
  };
  assert.deepEqual(await found(), [], 'mostly English: words are taken as they are');
  assert.deepEqual(await found('de'), [rows[2]]);
  assert.deepEqual(await found('ja'), []);
  assert.deepEqual(await found(), [], 'no longer set: detected again');
});

test('the language is looked for again once there are twice as many records', async () => {
  /** Only by their stems are these the same. */
  const stems = async () => {
    await learner.refresh(THRESHOLD);
    return (await learner.find('haus')).length > 1;
  };
  const german = (count: number) =>
    Array.from({ length: count }, () => ({ text: 'und der die das ist nicht ein eine mit von Häuser' }));
  indexTexts(path, 'a', [
    { text: 'the house and the trees of the town' },
    { text: 'Haus' },
    { text: 'Hauses' },
  ]);
  assert.equal(await stems(), false);
  indexTexts(path, 'b', german(3));
  assert.equal(await stems(), false);
  indexTexts(path, 'c', german(1));
  assert.equal(await stems(), true);
});

test('an unknown strategy or classifier is an error that says so', async () => {
  const rows = indexTexts(
    path,
    'a',
    texts(12, () => THRESHOLD),
  );
  await learner.refresh(THRESHOLD);
  const answers = lesson([rows[0]!, rows[1]!], [0, 1]);
  await assert.rejects(learner.teach({ ...answers, strategy: 'margins' }), { code: 'unknown-strategy' });
  await assert.rejects(learner.teach({ ...answers, classifier: 'tree' }), { code: 'unknown-classifier' });
});

test('of records that come while somebody labels, the uncertain ones are asked first, as far as the budget goes', async () => {
  let rank = THRESHOLD;
  const add = (file: string, added: readonly string[]) =>
    indexTexts(
      path,
      file,
      added.map((text) => ({ text, auditRank: rank++ })),
    );
  const rows = add(
    'a',
    texts(60, () => THRESHOLD).map(({ text }) => text),
  );
  const teach = async (budget: number) => {
    await learner.refresh(THRESHOLD);
    const answers = lesson(
      rows.slice(0, 12),
      rows.slice(0, 12).map((_, at) => at % 3),
    );
    const { chosen } = await learner.teach({ ...answers, stream: { threshold: 0.6, budget }, size: 10 });
    return chosen;
  };
  // What was there when somebody began is not new.
  assert.ok((await teach(1)).every(({ arrived }) => arrived === undefined));

  const [sure, unsure, audited] = [
    topics[0]!,
    'the kettle is on the platform in the rain',
    'the tea on the train',
  ];
  const came = add('b', [`${sure} again`, unsure]);
  rank = 0;
  const [inAudit] = add('c', [audited]);
  const asked = await teach(1);
  assert.deepEqual([asked[0]!.row, asked[0]!.strategy], [came[1], 'stream']);
  assert.ok(asked[0]!.arrived!.certainty < asked[0]!.arrived!.below);
  assert.ok(asked.slice(1).every(({ row, arrived }) => arrived === undefined && row !== inAudit));

  // The file is read again: its records have new rows, and only what was not there before is new.
  removeIndexed(path, 'b');
  rank = THRESHOLD + 60;
  const again = add('b', [`${sure} again`, unsure]);
  assert.equal((await teach(1))[0]!.row, again[1]);
  assert.equal((await teach(1)).filter(({ arrived }) => arrived).length, 1);
});

test('where records have several labels, a new one is asked at once when one of its labels is in doubt', async () => {
  const made = indexTexts(
    path,
    'a',
    texts(60, (at) => THRESHOLD + at),
  );
  const answered = made.slice(0, 30);
  const teach = async () => {
    await learner.refresh(THRESHOLD);
    const { classes: _, classifier: __, ...answers } = lesson(answered, []);
    const sets = labelSets(answered.map((_, at) => [at % 3]));
    return learner.teachSets({ ...answers, sets, stream: { threshold: 0.7, budget: 1 }, size: 10 });
  };
  await teach();
  const came = indexTexts(path, 'b', [
    { text: `${topics[0]!} again`, auditRank: THRESHOLD + 100 },
    { text: 'the kettle is on the platform in the rain', auditRank: THRESHOLD + 101 },
  ]);
  const { chosen } = await teach();
  assert.deepEqual([chosen[0]!.row, chosen[0]!.strategy], [came[1], 'stream']);
  assert.equal(chosen.filter(({ arrived }) => arrived).length, 1);
});

test('other rules for new records hold from then on', async () => {
  const made = indexTexts(
    path,
    'a',
    texts(60, (at) => THRESHOLD + at),
  );
  const answered = made.slice(0, 12);
  const teach = async (threshold: number) => {
    await learner.refresh(THRESHOLD);
    const answers = lesson(
      answered,
      answered.map((_, at) => at % 3),
    );
    return learner.teach({ ...answers, stream: { threshold, budget: 1 }, size: 60 });
  };
  const add = (file: string, rank: number) =>
    indexTexts(path, file, [{ text: `the tea on platform ${rank}`, auditRank: THRESHOLD + rank }]);
  const arrived = ({ chosen }: Awaited<ReturnType<typeof teach>>) => chosen.filter(({ arrived }) => arrived);
  await teach(0.001);
  add('b', 100);
  assert.equal(arrived(await teach(0.001)).length, 0);
  await teach(1);
  add('c', 101);
  assert.equal(arrived(await teach(1)).length, 1);
});

test('without a budget to speak of new records wait for their turn like all others', async () => {
  const indexed = indexTexts(
    path,
    'a',
    texts(60, (at) => THRESHOLD + at),
  );
  const answered = indexed.slice(0, 12);
  const teach = async () => {
    await learner.refresh(THRESHOLD);
    const answers = lesson(
      answered,
      answered.map((_, at) => at % 3),
    );
    return learner.teach({ ...answers, stream: { threshold: 1, budget: 0.001 }, size: 60 });
  };
  await teach();
  indexTexts(
    path,
    'b',
    Array.from({ length: 20 }, (_, at) => ({
      text: `the tea on platform ${at}`,
      auditRank: 2 * THRESHOLD + at,
    })),
  );
  // The first is within any budget, and uses it up.
  assert.equal((await teach()).chosen.filter(({ arrived }) => arrived).length, 1);
});

/** The rows of these records, once the learner has learned the pool's features from them. */
async function learnedFrom(records: readonly IndexedText[]): Promise<number[]> {
  const rows = indexTexts(path, 'a', records);
  rows.forEach((row, at) => {
    indexed.set(row, records[at]!.text);
  });
  const learned = poolIsLearned();
  await learner.refresh(THRESHOLD);
  await learned;
  return rows;
}

/**
 * Has the pool's features learned, and resolves when they are. Without it none come: that would be a second after a refresh,
 * which is within a test where a machine is slow, and after it elsewhere.
 */
function poolIsLearned(): Promise<void> {
  learnsPool = true;
  return new Promise((resolve) => {
    poolLearned = () => {
      learnsPool = false;
      resolve();
    };
  });
}

function newLearner(): Learner {
  return new Learner({
    indexPath: path,
    readTexts: async (_, records) => records.map(({ row }) => indexed.get(row)),
    generalVectors: (language) => general(language),
    learnPool: async (...parameters) => {
      learning(parameters[2]);
      return learnsPool ? learnPool(...parameters) : new Promise<never>(() => {});
    },
    poolLearned: () => poolLearned(),
    keep: (name, parts) => keepFile(keptPath(path, name), parts),
    report: (error) => assert.fail(String(error)),
  });
}

function lesson(rows: readonly number[], classes: readonly number[]): Lesson {
  return {
    classCount: 3,
    rows: Int32Array.from(rows),
    classes: Int32Array.from(classes),
    excluded: new Int32Array(0),
    strategy: 'default',
    classifier: 'logistic',
    size: 10,
    seed: 5,
    auditThreshold: THRESHOLD,
  };
}

/** Records that take turns between the topics, each with words of its topic in random order. */
function texts(count: number, auditRank: (at: number) => number): IndexedText[] {
  const random = new Random(count);
  return Array.from({ length: count }, (_, at) => {
    const words = topics[at % 3]!.split(' ');
    const order = random.sample(words.length, 9);
    // The number keeps records with the same words from being near-duplicates.
    return {
      text: Array.from(order, (word) => words[word])
        .concat(`no${at}`)
        .join(' '),
      auditRank: auditRank(at),
    };
  });
}
