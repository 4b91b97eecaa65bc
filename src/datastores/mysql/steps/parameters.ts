import type { Step } from '../../../plan/step.js';
import { sh } from '../../../shell/command.js';
import { Secret } from '../../../shell/secret.js';
import { query } from '../client.js';
import type { Flavour } from '../flavour.js';
import type { Layout } from '../layout.js';
import { asOwner } from '../owner.js';
import { isTold, tell } from './told.js';

/**
 * Tells a running server what its file says by now, once it is known to start on that file too. `asked` tells this time
 * from another: between two, a restart may have brought other values.
 */
export function setGlobals(flavour: Flavour, layout: Layout, statements: string, asked: string): Step {
  const sql = new Secret(`-- ${asked}\n${statements}`);
  return {
    name: 'set the parameters',
    check: isTold(layout.parameters, sql),
    apply: [sh`${asOwner(flavour.readsSettings(layout))}`, query(flavour, layout, sql), tell(layout.parameters, sql)],
  };
}
