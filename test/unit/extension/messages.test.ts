/** What a page may send: the guard before the real calls, with a real engine behind it. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Random } from '../../../src/core/random.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { createProject } from '../../../src/engine/project-file.ts';
import { QueueSession } from '../../../src/engine/queue-session.ts';
import { type Fault, guarded, queueMessages } from '../../../src/extension/messages.ts';
import type { QueueService } from '../../../src/protocol/queue.ts';
import { type Port, serve } from '../../../src/protocol/rpc.ts';
import { testFolder } from '../../support/project.ts';

const event = '01a1f9c2-af00-7432-8000-0123456789ab';
const good: Record<keyof QueueService, unknown[]> = {
  open: [],
  label: [{ event, key: 'k', labels: ['La'], shown: true, ms: 12 }],
  mark: [{ event, key: 'k', op: 'skip', ms: 12 }],
  labelAllFound: [],
  undo: [],
  redo: [],
  explain: ['k', 'La'],
  search: ['late parcel is:flagged'],
  guidelines: [],
  editGuidelines: [],
  openSource: ['k'],
  inputFocus: [true],
};
const methods = Object.keys(good) as (keyof QueueService)[];

/** A guarded port whose other end is the returned function. */
function guardedService(service: object) {
  let listener: (message: unknown) => void = () => {};
  const replies: { ok?: unknown; err?: { code: string } }[] = [];
  const reported: unknown[] = [];
  const faults: Fault[] = [];
  const port: Port = {
    post: (message) => replies.push(message as { ok?: unknown }),
    onMessage: (listen) => {
      listener = listen;
    },
    onClose: () => {},
  };
  serve(
    guarded(port, queueMessages, (fault) => faults.push(fault)),
    service,
    (error) => reported.push(error),
  );
  return { send: (message: unknown) => listener(message), replies, reported, faults };
}

test('every method of the protocol gets through with what the protocol says', async () => {
  const called: [string, unknown[]][] = [];
  const service = Object.fromEntries(
    methods.map((method) => [method, (...args: unknown[]) => void called.push([method, args])]),
  );
  const { send, faults } = guardedService(service);
  for (const method of methods) send({ call: 1, method, args: good[method] });
  assert.deepEqual(faults, []);
  assert.deepEqual(called, Object.entries(good));
});

test('what a message holds beside the fields of the protocol does not get through', () => {
  const called: unknown[][] = [];
  const { send } = guardedService({ label: (...args: unknown[]) => void called.push(args) });
  const answer = {
    ...(good.label[0] as object),
    by: 'somebody else',
    src: '/etc/passwd',
    __proto__: { x: 1 },
  };
  send({ call: 1, method: 'label', args: [answer], service: 'other' });
  assert.deepEqual(called, [good.label]);
});

const label = good.label[0] as Record<string, unknown>;
const mark = good.mark[0] as Record<string, unknown>;
const circle: unknown[] = [];
circle.push(circle);
const bad: [unknown, Fault][] = [
  [undefined, 'not-json'],
  [circle, 'not-json'],
  [{ call: 1n, method: 'open', args: [] }, 'not-json'],
  [null, 'not-a-message'],
  ['open', 'not-a-message'],
  [{ call: -1, method: 'open', args: [] }, 'not-a-message'],
  [{ call: 1, method: 'open' }, 'not-a-message'],
  [{ reply: 'x' }, 'not-a-message'],
  [{ call: 1, method: 'constructor', args: [] }, 'unknown-method'],
  [{ call: 1, method: '__proto__', args: [] }, 'unknown-method'],
  [{ call: 1, method: 'toString', args: [] }, 'unknown-method'],
  [{ call: 1, method: 'executeCommand', args: ['rm'] }, 'unknown-method'],
  [{ call: 1, method: 'open', args: ['/etc/passwd'] }, 'bad-arguments'],
  [{ call: 1, method: 'openSource', args: [{ fsPath: '/etc/passwd' }] }, 'bad-arguments'],
  [{ call: 1, method: 'openSource', args: ['k', 'other'] }, 'bad-arguments'],
  [{ call: 1, method: 'label', args: [{ ...label, event: 'x' }] }, 'bad-arguments'],
  [{ call: 1, method: 'label', args: [{ ...label, event: event.toUpperCase() }] }, 'bad-arguments'],
  [{ call: 1, method: 'label', args: [{ ...label, labels: 'La' }] }, 'bad-arguments'],
  [{ call: 1, method: 'label', args: [{ ...label, labels: [['La']] }] }, 'bad-arguments'],
  [{ call: 1, method: 'label', args: [{ ...label, ms: -1 }] }, 'bad-arguments'],
  [{ call: 1, method: 'mark', args: [{ ...mark, op: 'undo' }] }, 'bad-arguments'],
  [{ call: 1, method: 'mark', args: [{ ...mark, op: 'label' }] }, 'bad-arguments'],
  [{ call: 1, method: 'openSource', args: ['ü'.repeat(40_000)] }, 'too-large'],
];

test('a message that is none of ours is dropped, and it is known why', () => {
  for (const [message, fault] of bad) {
    const { send, faults, replies } = guardedService({});
    send(message);
    assert.deepEqual(faults, [fault]);
    assert.deepEqual(replies, []);
  }
});

test('100,000 random messages throw nothing, save nothing, and leave the queue as it was', async (t) => {
  const folder = testFolder(t);
  Object.assign(process.env, folder.env);
  await createProject(folder.path, { sources: [{ include: ['*.jsonl'] }], labels: ['a', 'b'] });
  const reported: unknown[] = [];
  const engine = await Engine.open(folder.path, { report: (error) => reported.push(error) });
  folder.own(() => engine.close());
  const session = new QueueSession(engine, { showGuess: () => true, sittingGoal: () => 0 });
  const page = guardedService(session);
  const random = new Random(1);
  const count = 100_000;
  for (let sent = 0; sent < count; sent++) {
    page.send(randomMessage(random));
    // A page's messages come one by one, with time for their answers between.
    if (sent % 100 === 0) await new Promise((done) => setImmediate(done));
  }
  await session.open();
  assert.deepEqual(reported, []);
  assert.deepEqual(page.reported, []);
  assert.ok(page.faults.length > count / 2);
  assert.ok(page.replies.length > 1000, 'some were fit to be answered');
  const codes = new Set(page.replies.map(({ err }) => err?.code));
  assert.deepEqual([...codes].sort(), ['unknown-method', 'unknown-record', undefined].sort());
  assert.equal(engine.stats().labelled, 0);
  assert.ok(!existsSync(join(folder.path, '.inkling', 'labels')), 'no journal was begun');
});

function randomMessage(random: Random): unknown {
  const method = pick(random, methods);
  const message: Record<string, unknown> = { call: random.below(1000), method, args: good[method] };
  // Mostly a good message with something wrong in it: what is nonsense throughout is easy to refuse.
  for (let wrongs = random.below(4); wrongs > 0; wrongs--) {
    const first = (message.args as unknown[] | undefined)?.[0];
    const place = random.below(3);
    if (place === 0)
      message[pick(random, ['call', 'method', 'args', 'reply', 'err', 'ok'])] = randomValue(random);
    else if (place === 1) message.args = [randomValue(random), ...((message.args as unknown[]) ?? [])];
    else if (typeof first === 'object' && first !== null) {
      const field = pick(random, [...Object.keys(first), '__proto__', 'constructor', 'toJSON']);
      message.args = [
        Object.defineProperty({ ...first }, field, { value: randomValue(random), enumerable: true }),
      ];
    }
    if (!Array.isArray(message.args)) break;
  }
  return random.below(20) === 0 ? randomValue(random) : message;
}

function randomValue(random: Random, depth = 0): unknown {
  const kind = random.below(depth > 3 ? 11 : 14);
  const scalars = [undefined, null, true, Number.NaN, -1, 1e308, 12, 12n, Symbol('x'), () => 1];
  if (kind < 10) return scalars[kind];
  if (kind === 10)
    return pick(random, [
      '',
      event,
      '../../etc/passwd',
      'command:x',
      '\ud800',
      '\0',
      'constructor',
      'x'.repeat(70_000),
    ]);
  const items = Array.from({ length: random.below(4) }, () => randomValue(random, depth + 1));
  if (kind === 11) return items;
  return Object.fromEntries(
    items.map((item) => [pick(random, ['event', 'key', 'then', 'length', '__proto__']), item]),
  );
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[random.below(items.length)]!;
}
