/** Runs a check once nobody has done anything for a while, and again a day later: never in anybody's way. */

/** Milliseconds without an act before the check. */
const IDLE = 5 * 60_000;
/** Milliseconds from one check to the next. */
const EVERY = 24 * 3_600_000;

export class IdleCheck {
  readonly #check: () => void;
  #timer: NodeJS.Timeout | undefined;
  #lastAct = Date.now();
  #due = this.#lastAct;

  constructor(check: () => void) {
    this.#check = check;
    this.#wait();
  }

  /** Somebody did something: the check waits on. */
  acted(): void {
    this.#lastAct = Date.now();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    const at = Math.max(this.#due, this.#lastAct + IDLE);
    this.#timer = setTimeout(
      () => {
        // Acts since then have moved the moment on.
        if (Date.now() >= Math.max(this.#due, this.#lastAct + IDLE)) {
          this.#due = Date.now() + EVERY;
          this.#check();
        }
        this.#wait();
      },
      Math.max(0, at - Date.now()),
    ).unref();
  }
}
