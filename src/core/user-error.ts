/** The one error a person can act on: what happened, to which thing, and what to do about it. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: string;
  readonly wayOut: string;

  /**
   * @param code stable, kebab-case, for programs and tests
   * @param message one plain sentence that names the thing
   * @param wayOut what the person can do next, as a sentence
   */
  constructor(code: string, message: string, wayOut: string) {
    super(message);
    this.code = code;
    this.wayOut = wayOut;
  }

  /** Both sentences, as shown to a person. */
  get sentence(): string {
    return `${this.message.replace(/[.!?]?$/, '.')} ${this.wayOut}`.trim();
  }
}
