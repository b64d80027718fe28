import { read, refused, type Form, type Reading, type Scalar, type ScalarForm } from './form.ts';
import { textLike, textThat } from './scalars.ts';

const SIGNALS = (
  'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP ' +
  'TTIN TTOU UNUSED URG USR1 USR2 VTALRM WINCH XCPU XFSZ'
).split(' ');

/** Signals by name, with or without `SIG`, or by number. */
export const signal: Form = textThat('a signal such as SIGTERM, INT or 15', isSignal);

/** Nothing, or one of the engine's policies. */
export const restartPolicy: Form = {
  is: 'scalar',
  from: ['text'],
  words: 'no, always, unless-stopped, on-failure, or on-failure:3',
  read: (value) =>
    /^(|no|always|unless-stopped|on-failure(:\d+)?)$/.test(String(value)) ? read(value) : refused(),
  options: ['no', 'always', 'unless-stopped', 'on-failure'],
  schema: { type: 'string', pattern: '^(no|always|unless-stopped|on-failure(:[0-9]+)?)?$' },
};

export const pullPolicy: Form = {
  is: 'scalar',
  from: ['text'],
  words: 'always, never, missing, if_not_present, build, refresh, daily, weekly, or every_12h',
  read: (value) => {
    if (value === 'if_not_present') return read('missing');
    return PULL_POLICY.test(String(value)) ? read(value) : refused();
  },
  options: ['always', 'never', 'missing', 'if_not_present', 'build', 'refresh', 'daily', 'weekly'],
  schema: { type: 'string' },
};
const PULL_POLICY = /^(always|never|build|missing|refresh|daily|weekly|every_(\d+[wdhms])+)$/;

/** Permission bits, in octal when written as text. The canonical model writes them as text. */
export const fileMode: Form = {
  is: 'scalar',
  from: ['text', 'number'],
  words: 'permission bits such as 0440',
  read: (value) => readMode(value, (bits) => `0${bits.toString(8)}`),
  schema: { type: ['string', 'integer'] },
};

/** The same, but the canonical model writes a number. */
export const numericFileMode: Form = {
  is: 'scalar',
  from: ['number', 'text'],
  words: 'permission bits such as 0700',
  read: (value) => readMode(value, (bits) => bits),
  schema: { type: ['integer', 'string'] },
};

export const ipAddress: Form = textThat('an IP address such as 127.0.0.1', isIpAddress);

/** Nothing, as a variable may give, or an address. */
export const optionalIpAddress: Form = textThat(
  'an IP address such as 172.28.0.10',
  (value) => value === '' || isIpAddress(value),
);

export const portOrRange: ScalarForm = {
  is: 'scalar',
  from: ['text', 'number'],
  words: 'a port, or a range such as 8000-8010, each from 0 to 65535',
  read: (value) => (isPortOrRange(String(value)) ? read(String(value)) : refused()),
  schema: { type: ['string', 'integer'] },
};

export const exposedPort: Form = {
  is: 'scalar',
  from: ['text', 'number'],
  words: 'a port such as 3000, 8000-8010 or 53/udp',
  read: (value) => {
    const [ports = '', protocol = 'tcp', ...rest] = String(value).split('/');
    const fine = rest.length === 0 && isPortOrRange(ports) && /^(tcp|udp|sctp)$/i.test(protocol);
    return fine ? read(String(value)) : refused();
  },
  schema: { type: ['string', 'integer'] },
};

/** Nothing, as a variable may give, or an address. */
export const macAddress: Form = textLike(
  'a MAC address such as 02:42:ac:11:65:43',
  /^(([0-9a-fA-F]{2}([:-](?!$)|$)){6})?$/,
);
export const containerName: Form = textLike(
  'a name of at least two letters, digits, _, . or -, of which the first is a letter or digit',
  /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/,
);
export const cpuSet: Form = textLike(
  'CPU numbers such as 0-3 or 0,2',
  /^(\d+(-\d+)?(,\d+(-\d+)?)*)?$/,
);
/** Says at the first mistake what it is: text that must not be empty. */
export const filledText: Form = textLike('text that is not empty', /[^]/);

export function isPortOrRange(value: string): boolean {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(value);
  if (match === null) return false;
  const last = Number(match[2] ?? match[1]);
  return Number(match[1]) <= last && last <= 65_535;
}

export function isIpAddress(value: string): boolean {
  return isIp4(value) || isIp6(value);
}

function isIp4(value: string): boolean {
  const parts = value.split('.');
  return (
    parts.length === 4 &&
    parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
  );
}

function isIp6(value: string): boolean {
  const [address = ''] = value.split('%');
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const width = groups.length + (last.includes('.') ? 1 : 0);
  const fine = groups.every(
    (group, i) => /^[0-9a-fA-F]{1,4}$/.test(group) || (i === groups.length - 1 && isIp4(group)),
  );
  return fine && (halves.length === 2 ? width < 8 : width === 8);
}

function isSignal(value: string): boolean {
  const name = value.toUpperCase().replace(/^SIG/, '');
  if (/^\d+$/.test(value)) return Number(value) >= 1 && Number(value) <= 64;
  return value === '' || SIGNALS.includes(name) || /^RT(MIN(\+\d+)?|MAX(-\d+)?)$/.test(name);
}

function readMode(value: Scalar, write: (bits: number) => Scalar): Reading {
  const bits =
    typeof value === 'number'
      ? value
      : /^(0o)?[0-7]+$/.test(String(value))
        ? parseInt(String(value).replace('0o', ''), 8)
        : NaN;
  return Number.isInteger(bits) && bits >= 0 && bits <= 0o7777 ? read(write(bits)) : refused();
}
