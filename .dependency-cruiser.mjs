/**
 * Who may import whom (docs/explanation/architecture.md). Composition roots (`core.ts`, `main.ts`) and
 * `index.ts` lists are the only exceptions.
 */
const suffixed = '\\.(store|service|agent|adapter)\\.ts$';
const core = '^packages/wms-core/src';
const roots = `${core}/(core|core-ports|job-core|use-cases)\\.ts$`;
/** Core files that may touch something: by suffix, by being a root, a list or a test. */
const notPure = [
  suffixed,
  roots,
  '\\.test\\.ts$',
  '\\.contract\\.ts$',
  '/index\\.ts$',
  `${core}/(db|testing)/`,
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Run-time cycles; cycles of types alone pass.',
      severity: 'error',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'pure-files-stay-pure',
      comment: 'A core file without suffix decides; it touches neither SQL nor the outside.',
      severity: 'error',
      from: {
        path: core,
        pathNot: notPure,
      },
      to: {
        path: [suffixed, `${core}/db/`],
        pathNot: `${core}/db/database\\.ts$`,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'pure-files-know-no-node',
      severity: 'error',
      from: {
        path: core,
        pathNot: notPure,
      },
      to: { dependencyTypes: ['core'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'vocabulary-is-pure',
      comment: 'What a browser or worker node may know reaches nothing impure.',
      severity: 'error',
      from: { path: `${core}/vocabulary\\.ts$` },
      to: { path: [suffixed, `${core}/db/`], reachable: true },
    },
    {
      name: 'applications-are-islands',
      severity: 'error',
      from: { path: '^apps/portal/src/applications/([^/]+)/' },
      to: { path: '^apps/portal/src/applications/([^/]+)/', pathNot: '^apps/portal/src/applications/$1/' },
    },
    {
      name: 'ui-kit-knows-nothing-of-ours',
      severity: 'error',
      from: { path: '^packages/ui-kit/src' },
      to: { path: '^(packages/(?!ui-kit)|apps)' },
    },
    {
      name: 'portal-sees-the-vocabulary-only',
      severity: 'error',
      from: { path: '^apps/portal/src' },
      to: { path: `${core}/`, pathNot: `${core}/vocabulary\\.ts$`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'core-knows-no-face',
      severity: 'error',
      from: { path: '^packages/(wms-core|credentials)/src' },
      to: { path: '^(apps|packages/(api-contract|pilot|ui-kit))/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['/dist/', '\\.test\\.tsx?$', '/database\\.contract\\.ts$'] },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default'] },
  },
};
