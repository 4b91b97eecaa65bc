/** npm passes a signal on to a program that has it from the terminal already: the same one within this time is an echo. */
const echoMs = 1_000;

/**
 * The first of the signals that ask for the end. `impatient` is called at every later one that is no echo: somebody
 * does not want to wait.
 */
export function stopSignal(signals: readonly NodeJS.Signals[], impatient: () => void): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first: { readonly name: NodeJS.Signals; readonly at: number } | null = null;
    for (const name of signals) {
      process.on(name, () => {
        if (first === null) {
          first = { name, at: performance.now() };
          resolve(name);
        } else if (first.name !== name || performance.now() - first.at > echoMs) impatient();
      });
    }
  });
}
