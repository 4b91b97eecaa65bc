import { setFlagsFromString } from 'node:v8';

// Imported before all else: what is loaded after it is what it is for. While a start loads a thousand modules, V8 would
// make room for 48 MB of young objects, and keep it for good in a process that waits most of its time.
setFlagsFromString('--optimize-for-size');

/** To be called when the start is over: answers come first from now on. */
export const favourSpeed = (): void => {
  setFlagsFromString('--no-optimize-for-size');
};
