import { sh, withStdin, type Command } from '../../shell/command.js';
import type { Secret } from '../../shell/secret.js';
import type { Named, Layout } from './layout.js';

/** The command-line client as root over the socket; SQL comes on stdin, the first error ends it. Each column is a line of the answer. */
export const client = ({ id }: Named, { socket }: Pick<Layout, 'socket'>): Command =>
  sh`${id} --no-defaults --batch --vertical --socket=${socket} --user=root`;

export const query = (flavour: Named, layout: Layout, sql: string | Secret): Command =>
  withStdin(client(flavour, layout), sql);
