import type { Scalar, ScalarForm, Short } from '../../../src/compose/language/form.ts';
import type { Random } from './random.ts';
import { plain, quoted, type Value } from './yaml-text.ts';

/** Texts that mean something somewhere, and their near misses. */
const TEXTS = [
  [
    '',
    ' ',
    'x',
    'one',
    'two',
    'data',
    'front',
    'A=1',
    'A=',
    '=1',
    'A',
    'A: 1',
    'a b',
    'ä',
    '-',
    '.',
    '..',
    '~',
  ],
  [
    '1',
    '0',
    '-1',
    '1.5',
    '.5',
    '1e3',
    '007',
    '0x1f',
    '0o17',
    '1_000',
    '+3',
    '65535',
    '65536',
    '99999999999999999999',
  ],
  [
    'true',
    'false',
    'yes',
    'on',
    'True',
    'null',
    'none',
    'no',
    'always',
    'unless-stopped',
    'on-failure:3',
  ],
  ['10s', '1m30s', '1.5h', '-5s', '5', '5 s', '1d', '1w2d', '100us', '0s', '1ms', 's'],
  ['512m', '1g', '1.5gb', '10kb', '5 mb', '1KiB', '12b', '-1', 'm', '1e3k'],
  [
    '80',
    '80:80',
    '8080:80/udp',
    '127.0.0.1:80:80',
    '[::1]:80:80',
    '8000-8002:80-82',
    '80-82',
    '8000-8001:80',
    ':80',
    '80:',
    '0:80',
    '70000:80',
  ],
  [
    '/a',
    '/a:/b',
    './a:/b:ro',
    'data:/b',
    'data:/b:rw,z',
    'data:/b:nocopy',
    '../a:/b:rshared',
    '~/a:/b',
    '/a:/b:x',
    'c:/x:/b',
    '/a:/b:/c:/d',
    'data:',
    ':/b',
  ],
  [
    '10.1.0.0/16',
    '10.1.0.300',
    '10.1.0.5',
    '::1',
    '2001:db8::/32',
    'host:10.1.0.5',
    'host=10.1.0.5',
    'host:[::1]',
    'host:host-gateway',
  ],
  [
    'default',
    'host',
    'bridge',
    'service:one',
    'service:three',
    'container:x',
    'shareable',
    'private',
  ],
  [
    'SIGTERM',
    'NET_ADMIN',
    'ALL',
    'linux/amd64',
    'linux',
    '0440',
    '440',
    '1000:1000',
    'root',
    'c 1:3 rwm',
    '/dev/null:/dev/null:rwm',
  ],
  [
    'postgres:17',
    'registry:5000/a/b:c',
    'a@sha256:0',
    'https://example.org/a.git#main',
    'https://example.org',
    'local',
    'json-file',
    'rolling',
  ],
  [
    'sh -c "echo 1"',
    "sh -c 'x",
    'a && b',
    'CMD',
    'NONE',
    'CMD-SHELL',
    'service_started',
    'service_healthy',
    'service_completed_successfully',
  ],
  [
    '${SET}',
    '$SET',
    '${SET:-y}',
    '${UNSET:-y}',
    '${UNSET-}',
    '${SET:+z}',
    '$$SET',
    '${UNSET}',
    '${SET',
    '$',
    '${}',
    '${A B}',
    '${UNSET:-${SET}}',
  ],
].flat();

/** What stands without quotes is a number, a flag, nothing, or text after all. */
const PLAIN = [
  [
    '1',
    '0',
    '-1',
    '1.5',
    '0.5',
    '1e3',
    '007',
    '0x1f',
    '0o17',
    '1_000',
    '+3',
    '65536',
    '-.5',
    '3.0',
  ],
  [
    'true',
    'false',
    'yes',
    'on',
    'True',
    'null',
    '~',
    'x',
    'one',
    '2001-01-01',
    '10s',
    '80:80',
    '1:30',
    '!!str 5',
  ],
].flat();

/** A scalar that the form takes, most of the time. */
export function randomScalar(random: Random, form: ScalarForm): Value {
  const options = (form.options ?? []).map(quoted);
  if (options.length > 0 && random.chance(60)) return random.pick(options);
  return accepted(random, form);
}

/** The short form of a section. */
export function randomShort(random: Random, short: Short): Value {
  return accepted(random, short);
}

function accepted(random: Random, form: Pick<ScalarForm, 'from' | 'read'>): Value {
  if (random.chance(20)) return anyScalar(random);
  const texts = form.from.includes('text')
    ? TEXTS.filter((text) => reads(form, text)).map(quoted)
    : [];
  const numbers = form.from.includes('number')
    ? NUMBERS.filter((text) => reads(form, Number(text))).map(plain)
    : [];
  const flags = form.from.includes('flag') ? ['true', 'false'].map(plain) : [];
  const all = [...texts, ...numbers, ...flags];
  return all.length === 0 ? anyScalar(random) : random.pick(all);
}

const NUMBERS = ['1', '0', '-1', '1.5', '0.5', '2', '10', '100', '1000', '65535'];

function reads(form: Pick<ScalarForm, 'read'>, value: Scalar): boolean {
  return form.read(value).kind === 'read';
}

export function anyScalar(random: Random): Value {
  return random.chance(60) ? quoted(random.pick(TEXTS)) : plain(random.pick(PLAIN));
}

export function anyText(random: Random): string {
  return random.pick(TEXTS);
}
