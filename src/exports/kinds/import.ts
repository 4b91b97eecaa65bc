import { In } from 'typeorm';
import { z } from 'zod';
import { OperationStep } from '../../../schema/operation-step.js';
import type { Operation } from '../../../schema/operation.js';
import { clusterIdOf } from '../../clusters/kinds/shared.js';
import { managerPhases } from '../../clusters/steps/manager-steps.js';
import type { Load } from '../../datastores/exporting.js';
import { DomainError } from '../../errors.js';
import type { OperationKind, WorkPhase, WorkStep } from '../../operations/work.js';
import type { Step } from '../../plan/step.js';
import { dumpOf, makeRoom, removeDumps } from '../dumps.js';
import type { ExportPlatform } from '../platform.js';
import { openSource, type Source } from '../source.js';
import { importDatabase, leftOutName, nothingLeftOut } from '../steps/import-database.js';
import { groundOf, type Ground } from '../survey.js';

const Input = z.object({
  exportId: z.string().nullable(),
  uploadId: z.string().nullable(),
  includeUsers: z.boolean(),
  databases: z.array(z.object({ dump: z.int(), name: z.string(), replace: z.boolean() })),
});

const nothing = (): Promise<void> => Promise.resolve();

/** Reads the file through before the server is touched. */
const checkFile = (source: Source): WorkStep => ({
  name: 'check the file',
  run: async ({ signal, output }) => {
    await source.check(signal, output);
    return `${source.title}: ${source.engine} ${source.version ?? 'of a version that it does not tell'}`;
  },
});

function loadOf(
  operation: Operation,
  { primary }: Ground,
  source: Source,
  wanted: z.infer<typeof Input>['databases'][number],
): Load {
  const dump = source.dumps[wanted.dump];
  if (dump === undefined) throw new DomainError('CONFLICT', `${source.title} is not the file that it was`);
  const { format, collation, bytes } = dump;
  return {
    ...dumpOf(primary, operation, wanted.dump, wanted.name, format),
    replace: wanted.replace,
    collation,
    bytes,
  };
}

/** From a file into a running cluster: each database comes as a whole or not at all. */
export const importKind = (platform: ExportPlatform): OperationKind => ({
  kind: 'cluster.import',
  changesCluster: false,
  movesData: () => true,
  stages: [
    {
      name: 'import',
      plan: async (db, operation) => {
        const { databases, includeUsers, ...key } = Input.parse(operation.input);
        const ground = await groundOf(platform, clusterIdOf(operation), db);
        const source = await openSource(db, platform.exportFiles, key);
        const { loaded, exporting, primary, instance } = ground;
        const lane = (...steps: Step[]): WorkPhase[] =>
          managerPhases(platform, loaded, [[{ node: primary.id, steps }]]);
        const users =
          includeUsers && exporting.makeUsers !== undefined
            ? lane(exporting.makeUsers(loaded.view, primary, source.users ?? []))
            : [];
        const imports = databases.map((wanted): WorkPhase => {
          const load = loadOf(operation, ground, source, wanted);
          const dump = source.dumps[wanted.dump];
          const steps = dump === undefined ? [] : importDatabase(platform, ground, dump, load);
          return [{ instanceId: instance.id, on: instance.name, steps }];
        });
        return [
          [{ instanceId: null, on: null, steps: [checkFile(source)] }],
          ...lane(makeRoom(primary, operation)),
          ...users,
          ...imports,
          ...lane(removeDumps(primary)),
        ];
      },
    },
  ],
  stepChanged: nothing,
  succeeded: nothing,
  stopped: nothing,
  retried: nothing,
  summary: async (tx, { id, input }) => {
    const { databases } = Input.parse(input);
    const names = databases.map(({ name }) => name);
    if (names.length === 0) return 'nothing to import: all of it is there already';
    const told = await tx.findBy(OperationStep, {
      operationId: id,
      name: In(names.map((name) => `${leftOutName} ${name}`)),
    });
    const leftOut = told
      .filter(({ message }) => message !== nothingLeftOut)
      .map(({ name, message }) => `. Left out of ${name.slice(leftOutName.length + 1)}: ${message}`);
    return `imported: ${names.join(', ')}${leftOut.join('')}`;
  },
});
