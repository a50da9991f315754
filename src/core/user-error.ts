/** The one error a person can act on: what happened, to which thing, and what to do about it. */
export class UserError extends Error {
  override readonly name = 'UserError';

  /**
   * @param code stable, kebab-case, for programs and tests
   * @param message one plain sentence that names the thing
   * @param wayOut what the person can do next, as a sentence
   */
  constructor(
    readonly code: string,
    message: string,
    readonly wayOut: string,
  ) {
    super(message);
  }

  /** Both sentences, as shown to a person. */
  get sentence(): string {
    return `${this.message.replace(/[.!?]?$/, '.')} ${this.wayOut}`.trim();
  }
}
