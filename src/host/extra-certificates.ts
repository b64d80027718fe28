import { readFileSync } from 'node:fs';
import type * as Tls from 'node:tls';

/**
 * From now on trusts the certificates of `NODE_EXTRA_CA_CERTS` as well, for every connection that names none itself: Node,
 * which would read them at its start, is started without them. They are read for the first such connection.
 *
 * @see https://nodejs.org/api/cli.html#node_extra_ca_certsfile
 */
export function trustExtraCertificates({
  NODE_EXTRA_CA_CERTS: file = '',
  NODE_OPTIONS: options = '',
}: Readonly<Record<string, string | undefined>>): void {
  // With options of its own Node has read them itself: those may say which certificates it trusts.
  if (file === '' || options !== '') return;
  const tls = process.getBuiltinModule('node:tls');
  const { createSecureContext } = tls;
  let all: string[] | undefined;
  tls.createSecureContext = (asked: Tls.SecureContextOptions = {}) => {
    if (asked.ca !== undefined) return createSecureContext(asked);
    all ??= [...usualCertificates(tls), ...readable(file)];
    return createSecureContext({ ...asked, ca: all });
  };
}

function usualCertificates(tls: typeof Tls): readonly string[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- typed without what only newer Nodes have
  const { getCACertificates } = tls as typeof Tls & { readonly getCACertificates?: () => string[] };
  return getCACertificates?.() ?? tls.rootCertificates;
}

/** Those of a file. As Node does, goes on without those that it cannot use, and says so. */
function readable(file: string): readonly string[] {
  try {
    const text = readFileSync(file, 'utf8');
    if (!text.includes('-----BEGIN')) throw new Error('there are none in it');
    return [text];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.emitWarning(`the certificates of NODE_EXTRA_CA_CERTS (${file}) are left out: ${why}`);
    return [];
  }
}
