import { sh } from '../../../shell/command.js';
import { file } from '../../../shell/file.js';
import type { Node, Restoration } from '../../datastore.js';
import type { Flavour } from '../flavour.js';
import type { Layout } from '../layout.js';
import { asOwner } from '../owner.js';

type Taking = Pick<Restoration, 'node' | 'check' | 'receive' | 'finish' | 'discard'>;

/** How `node` is given the data of a backup: beside their place, made a primary's there, and moved. */
export function taking(flavour: Flavour, layout: Layout, { id }: Pick<Node, 'id'>): Taking {
  const { data } = layout;
  const fresh = `${data}.restored`;
  return {
    node: id,
    check: file.exists(data),
    receive: asOwner(sh`rm -rf ${fresh} && mkdir -m 0700 ${fresh} && ${flavour.receive(fresh)}`),
    finish: sh`${flavour.makePrimary(layout, fresh)} && { ${asOwner(sh`mv ${fresh} ${data}`)}; }`,
    discard: asOwner(sh`rm -rf ${fresh}`),
  };
}
