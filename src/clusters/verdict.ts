import { ClusterStatus, InstanceRole } from '../../schema/enums.js';
import type { Instance } from '../../schema/instance.js';

export interface Shown {
  readonly status: ClusterStatus;
  readonly message: string;
}

type Node = Pick<Instance, 'name' | 'role' | 'trouble' | 'datastoreUp'>;

/**
 * How a cluster stands whose operations left it `settled`, with the troubles that its servers have now: pure. What an
 * operation broke is not mended by servers that are well. `remarks` are told beside, and change no status.
 */
export function verdictOf(settled: Shown, nodes: readonly Node[], remarks: readonly string[] = []): Shown {
  const serves = settled.status === ClusterStatus.ACTIVE || settled.status === ClusterStatus.DEGRADED;
  const troubled = nodes.filter(({ trouble }) => trouble !== '');
  if (!serves) return settled;
  const said = [...(settled.message === '' ? [] : [settled.message]), ...remarks];
  if (troubled.length === 0) return { status: settled.status, message: said.join('; ') };
  const words = troubled.map(({ name, role, trouble }) => `${name} (${role.toLowerCase()}): ${trouble}`);
  const down = troubled.some(({ role, datastoreUp }) => role === InstanceRole.PRIMARY && datastoreUp !== true);
  return {
    status: down ? ClusterStatus.ERROR : ClusterStatus.DEGRADED,
    message: [...words, ...said].join('; '),
  };
}
