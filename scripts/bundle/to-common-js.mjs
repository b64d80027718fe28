import { transform } from 'esbuild';

/** Chunks that are shared and loaded late need ES modules to be made; Node starts CommonJS faster, 6 ms at every start. */
export async function toCommonJs(text) {
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
