import type { Healthcheck } from '../../../model/healthcheck.ts';

export interface HttpCheck {
  readonly scheme: 'HTTP' | 'HTTPS';
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

const SILENT =
  /^(?:-[fsSqLk]+|--fail|--silent|--show-error|--quiet|--spider|-O|-|\/dev\/null|-o|--no-verbose|-nv|--tries=\d+|-qO-|-qO|--output)$/;

/**
 * The request that a `curl` or `wget` to the service itself makes, where it does nothing else: the kubelet can make it
 * without a program in the image. Absent for everything that is not beyond doubt.
 */
export function httpCheckOf([kind, ...words]: Healthcheck['test']): HttpCheck | undefined {
  const text = kind === 'CMD' ? words : simpleWords(words[0] ?? '');
  const [program = '', ...rest] = text ?? [];
  if (!/^(?:\/usr\/bin\/)?(?:curl|wget)$/.test(program)) return undefined;
  // Without it curl takes an error of the server for an answer; wget does not.
  const fails = program.endsWith('wget') || rest.some((word) => /^(?:-\w*f\w*|--fail)$/.test(word));
  const addresses = rest.filter((word) => !SILENT.test(word));
  const [address, ...more] = addresses;
  if (!fails || address === undefined || more.length > 0) return undefined;
  return readAddress(address);
}

/** Words of a shell line without anything that only a shell understands; `|| exit 1` adds nothing to it. */
function simpleWords(line: string): readonly string[] | undefined {
  const command = line.trim().replace(/\s*\|\|\s*exit 1\s*;?$/, '');
  const words = command.split(/\s+/).map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));
  return words.every((word) => /^[\w@%+=:,./?&-]+$/.test(word) && !word.includes('&'))
    ? words
    : undefined;
}

function readAddress(address: string): HttpCheck | undefined {
  const parts =
    /^(https?):\/\/(localhost|127\.0\.0\.1|0\.0\.0\.0)(?::(\d{1,5}))?(\/[^\s#]*)?$/.exec(address);
  if (parts === null) return undefined;
  const [, scheme, host = '', port, path = '/'] = parts;
  const isSafe = scheme === 'https';
  const number = port === undefined ? (isSafe ? 443 : 80) : Number(port);
  if (number < 1 || number > 65_535) return undefined;
  return { scheme: isSafe ? 'HTTPS' : 'HTTP', host, port: number, path };
}
