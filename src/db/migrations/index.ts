import { Init1763800000000 } from './1763800000000-init.js';

/** Oldest first. A migration that has landed is never edited; the next change is a new one. */
export const migrations = [Init1763800000000];
