/** A demonstration that did not succeed: what to print, and the code to exit with. */
export class DemoFailure extends Error {
  constructor(
    message: string,
    /** More lines that help, such as the end of a log. */
    readonly details: readonly string[] = [],
  ) {
    super(message);
  }
}

/** The user pressed Ctrl-C, or the process was told to end. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
  }
}
