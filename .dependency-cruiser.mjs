/** Folder -> what it may import, as in ARCHITECTURE.md. What is not written here is forbidden. */
const MAY_IMPORT = {
  model: [],
  compose: ['model'],
  shell: [],
  'release-tasks': ['model', 'shell'],
  checks: ['model', 'release-tasks'],
  plan: ['model'],
  report: ['model'],
  diagnose: ['model'],
  engine: ['model'],
  host: [],
  gate: ['model', 'host'],
  engines: ['model', 'engine', 'diagnose', 'host', 'gate'],
  runner: ['model', 'engine', 'host'],
  actions: ['model', 'compose', 'checks', 'release-tasks', 'plan', 'diagnose', 'engine', 'engines', 'host', 'gate', 'runner'],
  cli: ['model', 'actions', 'report'],
};
const PURE = '^src/(model|compose|shell|release-tasks|checks|plan|diagnose|report|engine)/';
const TEST = '\\.test\\.ts$|/testing/';
const rule = (name, from, to) => ({ name, severity: 'error', from, to });

export default {
  forbidden: [
    rule('no-cycles', {}, { circular: true }),
    // Of Node, the pure half has only what computes: paths and digests.
    rule('pure-folders-do-no-io', { path: PURE, pathNot: TEST }, { dependencyTypes: ['core'], pathNot: '^(node:)?(path|crypto)$' }),
    rule('engines-are-strangers', { path: '^src/engines/([^/]+)/' }, { path: '^src/engines/', pathNot: '^src/engines/$1/' }),
    rule('only-host-has-doors', { path: '^src/', pathNot: `^src/(host)/|${TEST}` }, { path: '^(node:)?(child_process|net|tls|https?|http2|dgram|cluster)$' }),
    // A program's entry hands its arguments to the part that it starts.
    ...Object.entries(MAY_IMPORT).map(([folder, allowed]) =>
      rule(
        `${folder}-imports-only-what-it-may`,
        { path: `^src/${folder}/`, pathNot: `${TEST}|^src/cli/programs/` },
        { path: '^src/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
      ),
    ),
  ],
  options: { tsPreCompilationDeps: true, doNotFollow: { path: 'node_modules' } },
};
