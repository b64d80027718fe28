// What esbuild would bundle and set up although a start seldom needs it.
export const plugins = [
  { name: 'start-without-child-process', setup: withoutChildProcess },
  { name: 'modules-when-needed', setup: withLateModules },
  { name: 'parser-when-needed', setup: withLateParser },
  { name: 'kubeconfig-without-client', setup: withoutClients },
  { name: 'proxies-when-needed', setup: withLateProxies },
];

/** The parser loads `child_process` for commands in files of their own, which we have none of: 3 ms of every start. */
function withoutChildProcess({ onResolve, onLoad }) {
  onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
    importer.includes('/commander/') ? { path: 'child_process', namespace: 'absent' } : undefined,
  );
  onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'module.exports = {}' }));
}

/** Little of what commands load needs these, and seldom: they are read when something first does, 10 ms of a start. */
function withLateModules({ onResolve, onLoad }) {
  const late = {
    'node:crypto': [
      'createHash',
      'createHmac',
      'randomBytes',
      'randomUUID',
      'scryptSync',
      'timingSafeEqual',
    ],
    'node:child_process': ['spawn'],
    'node:net': ['connect', 'createServer', 'isIP', 'isIPv4', 'isIPv6'],
    'node:tls': ['connect'],
  };
  onResolve({ filter: /^node:(?:crypto|child_process|net|tls)$/ }, ({ importer, kind, path }) =>
    kind === 'import-statement' && importer.includes('/src/')
      ? { path, namespace: 'late', sideEffects: false }
      : undefined,
  );
  onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
    contents: late[path]
      .map(
        (name) =>
          `export const ${name} = (...how) => process.getBuiltinModule('${path}').${name}(...how);`,
      )
      .join('\n'),
  }));
}

/** The plain reader reads nearly every file: the whole parser is a file of its own, for the few that need it. */
function withLateParser({ onResolve, onLoad }) {
  onResolve({ filter: /^\.\/parse-any-yaml\.ts$/ }, ({ importer, kind, path }) =>
    kind === 'import-statement' && importer.endsWith('/parse-yaml.ts')
      ? { path, namespace: 'late-parser', sideEffects: false }
      : undefined,
  );
  onResolve({ filter: /^\.\/parse-any-yaml\.js$/ }, ({ path }) => ({ path, external: true }));
  const contents = `
    export const parseAnyYaml = (...how) => require('./parse-any-yaml.js').parseAnyYaml(...how);
  `;
  onLoad({ filter: /.*/, namespace: 'late-parser' }, () => ({ contents }));
}

/** Of the client for clusters only the kubeconfig is used; what it has for requests is a megabyte to read. */
function withoutClients({ onResolve, onLoad }) {
  onResolve({ filter: /^(?:\.\/gen\/index\.js|node-fetch)$/ }, ({ importer }) =>
    importer.endsWith('/@kubernetes/client-node/dist/config.js')
      ? { path: 'clients', namespace: 'unused' }
      : undefined,
  );
  // Node reads its own client when somebody first asks for one of its classes, 30 ms of a start.
  const contents = `
    export const createConfiguration = undefined, ServerConfiguration = undefined;
    export function Headers(...given) { return new globalThis.Headers(...given); }
  `;
  onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents }));
}

/** Few clusters stand behind a proxy, or are entered by a program: what reaches those is 12 ms of a start. */
function withLateProxies({ onResolve, onLoad }) {
  const classes = {
    'socks-proxy-agent': ['SocksProxyAgent'],
    hpagent: ['HttpProxyAgent', 'HttpsProxyAgent'],
  };
  onResolve({ filter: /^(?:socks-proxy-agent|hpagent)$/ }, ({ importer, path, resolveDir }) =>
    isOfClient(importer)
      ? { path, namespace: 'late-proxy', pluginData: resolveDir, sideEffects: false }
      : undefined,
  );
  onResolve({ filter: /^node:child_process$/ }, ({ importer, path }) =>
    isOfClient(importer) ? { path, namespace: 'late-program', sideEffects: false } : undefined,
  );
  onLoad({ filter: /.*/, namespace: 'late-proxy' }, ({ path, pluginData }) => ({
    resolveDir: pluginData,
    contents: classes[path]
      .map(
        (name) =>
          `export function ${name}(...how) { return new (require('${path}').${name})(...how); }`,
      )
      .join('\n'),
  }));
  onLoad({ filter: /.*/, namespace: 'late-program' }, ({ path }) => ({
    contents: `export default new Proxy({}, { get: (_, name) => (...how) => process.getBuiltinModule('${path}')[name](...how) });`,
  }));
}

function isOfClient(importer) {
  return importer.includes('/@kubernetes/client-node/');
}
