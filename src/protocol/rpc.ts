/**
 * Calls across a boundary (webview, worker, in-memory pair), typed by one interface a service.
 *
 * `serve(port, service)` answers calls with the service itself; `connect<Service>(port)` makes calls. Both may
 * share one port, in both directions. A failure is a value in the reply, so every call is answered, fails, or is
 * rejected when its port closes.
 */

/** A boundary that messages cross, in order. */
export interface Port {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, when the other side is gone; at once if it is gone already. */
  onClose(listener: () => void): void;
}

/** A service as its callers see it: every method answers later. */
export type Remote<Service> = {
  [Method in keyof Service]: Service[Method] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};

/** A failure as it crosses a boundary. `wayOut` marks one that the person can do something about. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly wayOut?: string;
}

/** What a rejected call throws on the caller's side. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly code: string;
  readonly wayOut: string | undefined;

  constructor(failure: Failure) {
    super(failure.message);
    this.code = failure.code;
    this.wayOut = failure.wayOut;
  }
}

type Call = { readonly call: number; readonly method: string; readonly args: readonly unknown[] };
type Reply = { readonly reply: number } & ({ readonly ok: unknown } | { readonly err: Failure });

/**
 * Answers the calls that arrive at a port with the methods of `service`.
 *
 * @param report told of failures that are our bugs (errors without a code), with their stack
 */
export function serve(port: Port, service: object, report: (error: unknown) => void): void {
  port.onMessage((message) => {
    if (isCall(message)) void answer(message);
  });

  async function answer({ call, method, args }: Call): Promise<void> {
    let reply: Reply;
    try {
      reply = { reply: call, ok: await handlerOf(service, method)(...args) };
    } catch (error) {
      if (!isFailure(error)) report(error);
      reply = { reply: call, err: failureOf(error) };
    }
    port.post(reply);
  }
}

/** Makes calls through a port. Calls pending when the port closes are rejected with code `port-closed`. */
export function connect<Service extends object>(port: Port): Remote<Service> {
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastCall = 0;
  let closed = false;

  port.onMessage((message) => {
    if (!isReply(message)) return;
    const waiting = pending.get(message.reply);
    pending.delete(message.reply);
    // Not `'ok' in message`: VS Code sends messages as JSON, which drops an `ok` that is undefined.
    if ('err' in message) waiting?.reject(new RemoteError(message.err));
    else waiting?.resolve(message.ok);
  });
  port.onClose(() => {
    closed = true;
    for (const waiting of pending.values()) waiting.reject(portClosed());
    pending.clear();
  });

  return new Proxy({} as Remote<Service>, {
    get: (_, method) => {
      // A remote is not a promise: `await remote` must not call its `then`.
      if (typeof method !== 'string' || method === 'then') return undefined;
      return (...args: unknown[]) =>
        new Promise((resolve, reject) => {
          if (closed) return reject(portClosed());
          const call = ++lastCall;
          pending.set(call, { resolve, reject });
          try {
            port.post({ call, method, args } satisfies Call);
          } catch (error) {
            pending.delete(call);
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        });
    },
  });
}

/** Turns any error into what may cross a boundary. */
export function failureOf(error: unknown): Failure {
  if (isFailure(error)) {
    return { code: error.code, message: error.message, ...(error.wayOut ? { wayOut: error.wayOut } : {}) };
  }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

function portClosed(): RemoteError {
  return new RemoteError({ code: 'port-closed', message: 'The other side has closed.' });
}

/** Only the service's own methods can be called: nothing inherited from Object, no private state. */
function handlerOf(service: object, method: string): (...args: unknown[]) => unknown {
  for (
    let owner: object | null = service;
    owner && owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner)
  ) {
    const found = Object.getOwnPropertyDescriptor(owner, method)?.value as unknown;
    if (typeof found === 'function' && method !== 'constructor') return found.bind(service);
  }
  throw Object.assign(new Error(`There is no "${method}" to call.`), { code: 'unknown-method', wayOut: '' });
}

function isFailure(error: unknown): error is Error & Failure {
  return error instanceof Error && 'code' in error && 'wayOut' in error;
}

function isCall(message: unknown): message is Call {
  const call = message as Partial<Call> | null;
  return (
    typeof call === 'object' &&
    typeof call?.call === 'number' &&
    typeof call.method === 'string' &&
    Array.isArray(call.args)
  );
}

function isReply(message: unknown): message is Reply {
  return typeof message === 'object' && typeof (message as Partial<Reply> | null)?.reply === 'number';
}
