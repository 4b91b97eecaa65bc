import { randomBytes } from 'node:crypto';
import { Secret } from '../shell/secret.js';

/** 24 random bytes: nobody has to type it. */
export const newPassword = (): Secret => new Secret(randomBytes(24).toString('base64url'));
