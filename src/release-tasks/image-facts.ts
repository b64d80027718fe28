/** What is known of the image of a service without making it. */
export interface ImageFacts {
  /** `ENTRYPOINT` as an argument vector. */
  readonly entrypoint?: readonly string[];
  /** `CMD` as an argument vector. */
  readonly command?: readonly string[];
  /** Text of scripts that the command may run, by the word that names them there. */
  readonly scripts?: ReadonlyMap<string, string>;
}

/** `ENTRYPOINT` and `CMD` of the last stage of a Dockerfile, or of the stage named `target`. */
export function commandsOfDockerfile(
  dockerfile: string,
  target: string | undefined,
): Pick<ImageFacts, 'entrypoint' | 'command'> {
  const lines = dockerfile
    .replaceAll(/^\s*#.*$/gm, '')
    .replaceAll(/\\[ \t]*\r?\n/g, ' ')
    .split(/\r?\n/);
  let found: { entrypoint?: readonly string[]; command?: readonly string[] } = {};
  let stage: string | undefined;
  for (const line of lines) {
    const [, keyword = '', rest = ''] = /^\s*(FROM|ENTRYPOINT|CMD)\s+(.+?)\s*$/i.exec(line) ?? [];
    switch (keyword.toUpperCase()) {
      case 'FROM':
        if (target !== undefined && stage?.toLowerCase() === target.toLowerCase()) return found;
        found = {};
        stage = /\sas\s+(\S+)$/i.exec(rest)?.[1];
        break;
      case 'ENTRYPOINT':
        // It makes those of the stages below void.
        found = { entrypoint: argvOf(rest) };
        break;
      case 'CMD':
        found = { ...found, command: argvOf(rest) };
        break;
    }
  }
  return found;
}

/** A JSON list is taken as it is; anything else goes to a shell. */
function argvOf(text: string): readonly string[] {
  if (text.startsWith('[')) {
    try {
      const list: unknown = JSON.parse(text);
      if (Array.isArray(list) && list.every((each) => typeof each === 'string')) return list;
    } catch {
      // Docker, too, takes it for a line of shell then.
    }
  }
  return ['/bin/sh', '-c', text];
}

/** Words of a command that may name scripts, as in `./entrypoint.sh`. */
export function scriptsNamed(argv: readonly string[]): readonly string[] {
  const words = argv.flatMap((word) => word.split(/[\s;&|'"]+/));
  return [
    ...new Set(
      words.filter((word) =>
        /^[\w./-]+\.(?:sh|bash)$|^(?:\.\/|\/)?[\w./-]*entrypoint[\w-]*$/.test(word),
      ),
    ),
  ];
}

/** Where the file of a script may lie in the build context, the likeliest first; relative to it. */
export function placesOfScript(script: string, dockerfile: string): readonly string[] {
  const parts = script.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return [];
  const name = parts.at(-1) ?? '';
  const tails = parts.map((_, index) => parts.slice(index).join('/'));
  const copied = [...dockerfile.matchAll(/^\s*(?:COPY|ADD)\s+(.+)$/gim)]
    .flatMap(([, rest = '']) => rest.split(/[\s"',[\]]+/))
    .filter(
      (word) => word.split('/').at(-1) === name && !word.startsWith('/') && !word.includes('..'),
    );
  return [...new Set([...tails, ...copied.map((word) => word.replace(/^\.\//, ''))])];
}
