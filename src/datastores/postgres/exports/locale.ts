import { literal } from '../quoting.js';

/** How a database encodes and sorts its texts. */
export interface Locale {
  readonly encoding: string;
  readonly collate: string;
  readonly ctype: string;
  /** Null: the one of the C library. */
  readonly other: { readonly provider: 'icu' | 'builtin'; readonly locale: string } | null;
}

const providers = { c: null, i: 'icu', b: 'builtin' } as const;

/** Of the row `d` of pg_database, as words that {@link readLocale} reads; columns came and changed their names with versions. */
export const localeSql = `concat_ws(' ', pg_encoding_to_char(d.encoding), d.datcollate, d.datctype,
      coalesce(to_jsonb(d) ->> 'datlocprovider', 'c'), coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'))`;

/** Null where nobody has told it, or it is nothing that could be one. */
export function readLocale(text: string): Locale | null {
  const [, encoding, collate, ctype, letter, locale] =
    /^(\w+) ([\w.@-]+) ([\w.@-]+) ([cib])(?: ([\w.@-]+))?$/.exec(text) ?? [];
  if (encoding === undefined || collate === undefined || ctype === undefined) return null;
  const provider = providers[letter as keyof typeof providers];
  return {
    ...{ encoding, collate, ctype },
    other: provider === null || locale === undefined ? null : { provider, locale },
  };
}

/** The words of CREATE DATABASE. */
export function localeWords({ encoding, collate, ctype, other }: Locale): string {
  const words = ` ENCODING ${literal(encoding)} LC_COLLATE ${literal(collate)} LC_CTYPE ${literal(ctype)}`;
  if (other === null) return `${words} LOCALE_PROVIDER libc`;
  const { provider, locale } = other;
  return `${words} LOCALE_PROVIDER ${provider} ${provider}_LOCALE ${literal(locale)}`;
}
