import type { Healthcheck } from '../../model/healthcheck.ts';
import type { Probe } from './unit.ts';

/**
 * Reads a healthcheck that only asks an address for an answer, so that it needs no program of its own: `curl -f URL`,
 * `wget --spider URL`, `nc -z HOST PORT`. Anything else, and every option whose meaning is not certain, gives `undefined`:
 * then the command itself runs.
 */
export function wellKnownCheck(
  test: Healthcheck['test'],
): Extract<Probe, { kind: 'http' | 'tcp' }> | undefined {
  const words = wordsOf(test);
  if (words === undefined) return undefined;
  const [program, ...args] = words;
  if (program === 'curl') return curl(args);
  if (program === 'wget') return wget(args);
  return program === 'nc' ? netcat(args) : undefined;
}

/** The one simple command, or undefined when the shell would do more than split it into words. */
function wordsOf([kind, ...command]: Healthcheck['test']): readonly string[] | undefined {
  if (kind === 'CMD') return command;
  const line = (command[0] ?? '')
    .replace(/\s*\|\|\s*(exit|false)(\s+1)?\s*$/, '')
    .replace(/\s+>\s*\/dev\/null(\s+2>&1)?\s*$/, '')
    .trim();
  if (/[|&;<>()$`\\"'*?[\]#~{}\n]/.test(line)) {
    const unquoted = line.replaceAll(/(['"])([^'"$`\\]*)\1/g, '$2');
    return /[|&;<>()$`\\"'*[\]#~{}\n]/.test(unquoted) ? undefined : unquoted.split(/\s+/);
  }
  return line.split(/\s+/);
}

const CURL_QUIET = new Set([
  '-f',
  '--fail',
  '-s',
  '--silent',
  '-S',
  '--show-error',
  '-fs',
  '-sf',
  '-fsS',
  '-sSf',
  '-fSs',
  '-sfS',
  '-q',
  '-k',
  '-o',
  '--output',
]);

function curl(args: readonly string[]): Extract<Probe, { kind: 'http' }> | undefined {
  const failing = args.some((arg) => arg === '--fail' || /^-[a-zA-Z]*f/.test(arg));
  // Without -f every answer is healthy to curl, also a 500; that is another question.
  return failing ? request(args, CURL_QUIET) : undefined;
}

const WGET_QUIET = new Set([
  '-q',
  '--quiet',
  '--spider',
  '-qO-',
  '-O-',
  '-O',
  '-nv',
  '--no-verbose',
  '--tries=1',
  '-t1',
  '-qO',
  '--no-check-certificate',
]);

function wget(args: readonly string[]): Extract<Probe, { kind: 'http' }> | undefined {
  return request(args, WGET_QUIET);
}

function request(
  args: readonly string[],
  known: ReadonlySet<string>,
): Extract<Probe, { kind: 'http' }> | undefined {
  const rest = args.filter((arg, index) => {
    if (known.has(arg)) return false;
    // The file that the answer goes to: /dev/null, or standard output.
    return !(
      ['-o', '--output', '-O', '-qO'].includes(args[index - 1] ?? '') &&
      ['/dev/null', '-'].includes(arg)
    );
  });
  const [address, ...others] = rest;
  if (address === undefined || others.length > 0) return undefined;
  const url = /^https?:\/\//.test(address) ? address : `http://${address}`;
  return url.startsWith('http://') && URL.canParse(url)
    ? { kind: 'http', url, headers: {} }
    : undefined;
}

function netcat(args: readonly string[]): Extract<Probe, { kind: 'tcp' }> | undefined {
  const rest = args.filter((arg) => !/^-[zv]+$|^-w\d+$/.test(arg));
  const [host, port, ...others] = rest;
  if (host === undefined || others.length > 0 || !/^\d+$/.test(port ?? '')) return undefined;
  return args.some((arg) => /^-[a-z]*z/.test(arg))
    ? { kind: 'tcp', host, port: Number(port) }
    : undefined;
}
