#!/usr/bin/env node
import module from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';

import { requireCompiled } from '../../host/compiled-modules.ts';
import type * as Main from '../main.ts';
import { build } from '../version.ts';

giveBackCertificates(process.env);
void (async () => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the file is built of that module
  const { main } = load(join(import.meta.dirname, 'main.js')) as typeof Main;
  process.exitCode = await main();
})();

/** Starts are faster from the second on: what V8 compiled is kept, by Node itself where it can. */
function load(file: string): unknown {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node's own module, typed without what only newer ones have
  const { enableCompileCache, createRequire } = module as typeof module & {
    readonly enableCompileCache?: () => unknown;
  };
  enableCompileCache?.();
  if (enableCompileCache === undefined) optimiseLater();
  const { XDG_CACHE_HOME: asked, HOME: home, NODE_DISABLE_COMPILE_CACHE: off } = process.env;
  const cache = asked?.startsWith('/') === true ? asked : join(home ?? '', '.cache');
  if (enableCompileCache !== undefined || off !== undefined || !cache.startsWith('/'))
    return createRequire(file)(file);
  const { exports, keep } = requireCompiled(file, {
    cache,
    folder: `bowline/code/${build}-${process.version}-${process.arch}`,
    uid: process.getuid?.() ?? 0,
  });
  process.once('exit', keep);
  return exports;
}

/**
 * The first lines of the built program keep this variable from Node, which takes longer to read the certificates than for
 * all else at its start: see `trustExtraCertificates`. Everything else finds it where it was.
 */
function giveBackCertificates(environment: NodeJS.ProcessEnv): void {
  const { BOWLINE_EXTRA_CA_CERTS: file } = environment;
  if (file === undefined) return;
  environment['NODE_EXTRA_CA_CERTS'] = file;
  delete environment['BOWLINE_EXTRA_CA_CERTS'];
}

/**
 * Most commands end before it pays to optimise them: in the V8 of older Nodes, doing so takes half of the time of a large
 * file. What runs on, as a proxy does, is optimised after twelve times as much work as otherwise.
 */
function optimiseLater(): void {
  setFlagsFromString('--interrupt-budget=800000');
}
