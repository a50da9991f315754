/**
 * Lets through only those messages of a page that are what the protocol says, and of them only what it names. A page
 * shows text that strangers wrote, so what comes from it is checked as if they had sent it.
 */
import * as z from 'zod/mini';
import type { CurveService } from '../protocol/curve.ts';
import type { QueueService } from '../protocol/queue.ts';
import type { Port } from '../protocol/rpc.ts';

/** What a page may send. */
export interface Messages<Service> {
  /** A larger message is none of ours. In bytes of its JSON. */
  readonly limit: number;
  /** What the service's methods take. No path and no command is among it. */
  readonly methods: { readonly [Method in keyof Service]: Arguments };
}

export type Fault = 'not-json' | 'too-large' | 'not-a-message' | 'unknown-method' | 'bad-arguments';

type Arguments = z.ZodMiniType<readonly unknown[]>;

/** In lower case only: a journal's reader would not obey another, and the answer would be lost after its "saved". */
const event = z
  .string()
  .check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/));
const key = z.string().check(z.minLength(1), z.maxLength(20_000));
const labelId = z.string().check(z.minLength(1), z.maxLength(200));
const ms = z.number().check(z.minimum(0), z.maximum(Number.MAX_SAFE_INTEGER));

export const queueMessages: Messages<QueueService> = {
  limit: 64 * 1024,
  methods: {
    open: z.tuple([]),
    label: z.tuple([
      z.object({
        event,
        key,
        labels: z.nullable(
          z.array(z.string().check(z.minLength(1), z.maxLength(200))).check(z.maxLength(1000)),
        ),
        shown: z.boolean(),
        ms,
      }),
    ]),
    mark: z.tuple([z.object({ event, key, op: z.enum(['skip', 'unsure', 'flag', 'unflag']), ms })]),
    search: z.tuple([z.string().check(z.maxLength(1000))]),
    labelAllFound: z.tuple([]),
    undo: z.tuple([]),
    redo: z.tuple([]),
    explain: z.tuple([key, z.string().check(z.minLength(1), z.maxLength(200))]),
    guidelines: z.tuple([]),
    editGuidelines: z.tuple([]),
    openSource: z.tuple([key]),
    inputFocus: z.tuple([z.boolean()]),
  },
};

export const curveMessages: Messages<CurveService> = {
  // A chart of thousands of answers is copied as text.
  limit: 1024 * 1024,
  methods: {
    open: z.tuple([]),
    showRecords: z.tuple([labelId, labelId]),
    copy: z.tuple([z.string()]),
  },
};

/**
 * The port with a guard before it: a message that is not one of ours goes no further.
 *
 * @param dropped told why, once a message
 */
export function guarded<Service>(
  port: Port,
  { limit, methods }: Messages<Service>,
  dropped: (fault: Fault) => void,
): Port {
  const known = new Map(Object.entries<Arguments>(methods));
  return {
    ...port,
    onMessage: (listener) => {
      port.onMessage((message) => {
        const checked = check(message, limit, known);
        if (typeof checked === 'string') dropped(checked);
        else listener(checked);
      });
    },
  };
}

const call = z.object({
  call: z.int().check(z.minimum(0)),
  method: z.string().check(z.maxLength(100)),
  args: z.array(z.unknown()).check(z.maxLength(10)),
});

/** Pages answer what they are told with nothing, or with why it failed. */
const reply = z.object({
  reply: z.int().check(z.minimum(0)),
  ok: z.optional(z.unknown()),
  err: z.exactOptional(
    z.object({ code: z.string(), message: z.string(), wayOut: z.exactOptional(z.string()) }),
  ),
});

/** The message with nothing in it but what the schemas name, or what is wrong with it. */
function check(message: unknown, limit: number, known: ReadonlyMap<string, Arguments>) {
  const text = jsonOf(message);
  if (text === undefined) return 'not-json';
  if (Buffer.byteLength(text) > limit) return 'too-large';
  // Checked as its JSON says: no getters, symbols or prototypes that would say something else the next time.
  const plain: unknown = JSON.parse(text);
  const answer = reply.safeParse(plain);
  if (answer.success) return answer.data;
  const asked = call.safeParse(plain);
  if (!asked.success) return 'not-a-message';
  const args = known.get(asked.data.method);
  if (!args) return 'unknown-method';
  const given = args.safeParse(asked.data.args);
  return given.success ? { ...asked.data, args: given.data } : 'bad-arguments';
}

/** Undefined for what JSON can't hold, such as a circle. */
function jsonOf(message: unknown): string | undefined {
  try {
    return JSON.stringify(message) as string | undefined;
  } catch {
    return undefined;
  }
}
