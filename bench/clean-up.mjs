/** Undone in the reverse order of their doing. @type {(() => Promise<unknown>)[]} */
const undo = [];

/**
 * To be called as soon as something has been made that must not stay; returns how it is undone early.
 * @param {() => Promise<unknown>} work
 */
export function onCleanUp(work) {
  undo.push(work);
  return async () => {
    const at = undo.indexOf(work);
    if (at >= 0) undo.splice(at, 1);
    await work();
  };
}

let cleaning = null;

/** Undoes all; what cannot be undone is told, and hinders nothing else. Asked again meanwhile, it is the same. */
export function cleanUp() {
  cleaning ??= undoAll().finally(() => (cleaning = null));
  return cleaning;
}

async function undoAll() {
  for (let work = undo.pop(); work !== undefined; work = undo.pop()) {
    await work().catch((error) => {
      console.error('clean-up:', error);
    });
  }
}
