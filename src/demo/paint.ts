const CODES = { gray: 90, red: 31, green: 32, yellow: 33, cyan: 36, bold: 1 } as const;

export type Colour = keyof typeof CODES;

/** Whether a terminal is there and its user wants colours (https://no-color.org). */
export const wantsColour = (out: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean =>
  out.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';

export const paint = (text: string, colour: Colour, coloured: boolean): string =>
  coloured && text !== '' ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text;
