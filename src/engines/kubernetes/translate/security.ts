import type { ServiceContext } from './context.ts';
import { type Draft, type DraftMap, filled, filledMap, from } from './draft.ts';
import { knownUser } from './known-server.ts';
import { at, entriesOf, exists, isTrue, itemsOf, type Place, textOf, textsOf } from './place.ts';

/** How far a pod is from what the strictest level of Pod Security allows. */
export type SecurityLevel = 'restricted' | 'baseline' | 'privileged';

export interface Security {
  readonly pod: DraftMap;
  readonly container: DraftMap;
  readonly level: SecurityLevel;
}

interface User {
  readonly uid?: number;
  readonly gid?: number;
  readonly places: readonly Place[];
}

/**
 * Rights of a service. An image that runs as a user other than root gets the strictest level; one that runs as root, or of
 * which nothing is known, keeps what Docker would give it: it may need it.
 */
export function securityOf(context: ServiceContext): Security {
  const { place } = context;
  const user = userOf(context);
  const options = optionsOf(context);
  const adds = textsOf(at(place, 'cap_add'));
  const isPrivileged = isTrue(at(place, 'privileged'));
  const isOpen = isPrivileged || options.isOpen || opensHost(place);
  const isRestricted = (user.uid ?? 0) > 0 && adds.length === 0 && !isOpen;
  const drops = textsOf(at(place, 'cap_drop')).map(({ text, place: leaf }) =>
    from(capability(text), leaf),
  );
  const capabilities = filledMap({
    drop: filled(isRestricted ? withAll(drops) : drops),
    add: filled(adds.map(({ text, place: leaf }) => from(capability(text), leaf))),
  });
  const pod = {
    runAsNonRoot: isRestricted ? true : undefined,
    fsGroup: isRestricted ? user.gid : undefined,
    fsGroupChangePolicy: isRestricted ? 'OnRootMismatch' : undefined,
    supplementalGroups: groupsOf(context),
    seccompProfile: options.seccomp ?? (isPrivileged ? undefined : { type: 'RuntimeDefault' }),
    sysctls: sysctlsOf(context),
  };
  const container = {
    runAsUser: traced(user.uid, user.places),
    runAsGroup: traced(user.gid, user.places),
    privileged: isPrivileged ? from(true, at(place, 'privileged')) : undefined,
    allowPrivilegeEscalation: options.escalation ?? (isRestricted ? false : undefined),
    readOnlyRootFilesystem: isTrue(at(place, 'read_only'))
      ? from(true, at(place, 'read_only'))
      : undefined,
    capabilities,
    seLinuxOptions: options.seLinux,
    appArmorProfile: options.appArmor,
  };
  const level =
    isOpen || !areUsual(adds.map(({ text }) => capability(text))) ? 'privileged' : 'baseline';
  return { pod, container, level: isRestricted ? 'restricted' : level };
}

function traced(value: number | undefined, places: readonly Place[]): Draft {
  return places.length === 0 ? value : from(value, ...places);
}

/** `ALL` is what the strictest level asks for; what is dropped by name is in it. */
function withAll(drops: readonly Draft[]): readonly Draft[] {
  return ['ALL', ...drops];
}

function capability(text: string): string {
  return text.toUpperCase().replace(/^CAP_/, '');
}

/** What Docker gives every container, and the middle level of Pod Security allows. */
const USUAL = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

function areUsual(capabilities: readonly string[]): boolean {
  return capabilities.every((each) => USUAL.has(each));
}

function opensHost(place: Place): boolean {
  return ['network_mode', 'pid', 'ipc'].some((key) => textOf(at(place, key)) === 'host');
}

/** The user that is asked for; else the one that the image is known to run as. */
function userOf(context: ServiceContext): User {
  const { place, facts, server, parent } = context;
  const written = at(place, 'user');
  const text = textOf(written);
  if (text !== undefined && text !== '') {
    const user = numbersOf(text);
    if (user.uid !== undefined) return { ...user, places: [written] };
    parent.account.unsupported(
      written,
      `a pod asks for users by number, and the number of "${text}" is not known: the image decides`,
      'Write the number, as in user: "1000".',
    );
    return { places: [] };
  }
  if (facts?.user !== undefined) return { ...numbersOf(facts.user), places: [] };
  // A folder of the node belongs to root: the image gives it to its user, if it is started as root.
  const isOnNode = exists(at(place, 'x-bowline', 'storage', 'host_path'));
  return server === undefined || isOnNode ? { places: [] } : { ...server.user, places: [] };
}

function numbersOf(text: string): Omit<User, 'places'> {
  const [user = '', group] = text.split(':');
  const uid = /^\d+$/.test(user) ? Number(user) : knownUser(user);
  const gid = group === undefined || !/^\d+$/.test(group) ? uid : Number(group);
  return uid === undefined || gid === undefined ? {} : { uid, gid };
}

function groupsOf({ place, parent: { account } }: ServiceContext): readonly Draft[] | undefined {
  const groups = textsOf(at(place, 'group_add')).flatMap(({ text, place: leaf }) => {
    if (/^\d+$/.test(text)) return [from(Number(text), leaf)];
    account.unsupported(leaf, 'a pod asks for groups by number', 'Write the number of the group.');
    return [];
  });
  return filled(groups);
}

/** What every machine of a cluster lets pods set; others make the kubelet refuse the whole pod. */
const SAFE_SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_syncookies',
]);

function sysctlsOf({ place, parent: { account } }: ServiceContext): readonly Draft[] | undefined {
  const sysctls = entriesOf(at(place, 'sysctls')).flatMap(([name, leaf]) => {
    if (SAFE_SYSCTLS.has(name)) return [{ name, value: from(textOf(leaf) ?? '', leaf) }];
    account.unsupported(
      leaf,
      'machines of a cluster refuse pods that set it',
      'Set it for the machines themselves.',
    );
    return [];
  });
  return filled(sysctls);
}

interface Options {
  readonly escalation?: Draft;
  readonly seccomp?: Draft;
  readonly appArmor?: Draft;
  readonly seLinux?: DraftMap;
  readonly isOpen: boolean;
}

function optionsOf(context: ServiceContext): Options {
  let options: Options = { isOpen: false };
  for (const leaf of itemsOf(at(context.place, 'security_opt'))) {
    const option = optionOf(context, leaf);
    options = {
      ...options,
      ...option,
      ...(option.seLinux !== undefined && { seLinux: { ...options.seLinux, ...option.seLinux } }),
      isOpen: options.isOpen || option.isOpen === true,
    };
  }
  return options;
}

function optionOf({ parent: { account } }: ServiceContext, leaf: Place): Partial<Options> {
  const [name = '', value = '', part = ''] = (textOf(leaf) ?? '').split(/[:=]/);
  if (name === 'no-new-privileges' && value !== 'false') return { escalation: from(false, leaf) };
  if (name === 'no-new-privileges') account.default(leaf, 'it is off in a pod, too');
  else if (name === 'seccomp' && value === 'unconfined')
    return { seccomp: from({ type: 'Unconfined' }, leaf), isOpen: true };
  else if (name === 'apparmor' && value === 'unconfined')
    return { appArmor: from({ type: 'Unconfined' }, leaf), isOpen: true };
  else if (name === 'apparmor')
    return { appArmor: { type: 'Localhost', localhostProfile: from(value, leaf) }, isOpen: true };
  else if (name === 'label' && ['user', 'role', 'type', 'level'].includes(value) && part !== '')
    return { seLinux: { [value]: from(part, leaf) }, isOpen: value !== 'level' };
  else
    account.unsupported(
      leaf,
      'a pod has no such option',
      'Leave it out, or set it for the machines of the cluster.',
    );
  return {};
}
