import { z } from 'zod';
import type { Secret } from '../../shell/secret.js';

/** A domain by its id or its name, as Keystone wants it. */
export type Domain = { readonly id: string } | { readonly name: string };

/** The project that a token is for. */
export type Scope = { readonly id: string } | { readonly name: string; readonly domain: Domain } | null;

/** Who we are to Keystone. */
export type Credentials =
  | {
      readonly kind: 'password';
      readonly user: { readonly id: string } | { readonly name: string; readonly domain: Domain };
      readonly password: Secret;
      readonly scope: Scope;
    }
  | { readonly kind: 'token'; readonly token: Secret; readonly scope: Scope }
  | {
      readonly kind: 'application';
      /** By id; or by name, with its user. */
      readonly credential:
        | { readonly id: string }
        | {
            readonly name: string;
            readonly user: { readonly id: string } | { readonly name: string; readonly domain: Domain };
          };
      readonly secret: Secret;
    };

const scoped = (scope: Scope) => (scope === null ? {} : { scope: { project: scope } });

/** The body of the request for a token. */
export function authRequest(credentials: Credentials): object {
  switch (credentials.kind) {
    case 'password': {
      const user = { ...credentials.user, password: credentials.password.reveal() };
      return { auth: { identity: { methods: ['password'], password: { user } }, ...scoped(credentials.scope) } };
    }
    case 'token': {
      const token = { id: credentials.token.reveal() };
      return { auth: { identity: { methods: ['token'], token }, ...scoped(credentials.scope) } };
    }
    case 'application': {
      const application = { ...credentials.credential, secret: credentials.secret.reveal() };
      return { auth: { identity: { methods: ['application_credential'], application_credential: application } } };
    }
  }
}

const Endpoint = z.object({
  interface: z.string(),
  region_id: z.string().nullish(),
  region: z.string().nullish(),
  url: z.string(),
});

const time = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'is no time');

/** What Keystone answers, as far as we read it. */
export const TokenAnswer = z.object({
  token: z.object({
    issued_at: time,
    expires_at: time,
    project: z.object({ id: z.string(), name: z.string() }).optional(),
    catalog: z.array(z.object({ type: z.string(), endpoints: z.array(Endpoint) })).default([]),
  }),
});
export type Catalog = z.output<typeof TokenAnswer>['token']['catalog'];
