import { v7, validate } from 'uuid';

/** A new id: UUID v7 (RFC 9562), so that ids sort by the time they were made. */
export const newId = (): string => v7();

/** Whether a text from outside is a UUID; PostgreSQL would throw at one that is not. */
export const isId = (text: string): boolean => validate(text);
