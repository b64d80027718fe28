import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const BUNDLE = '/etc/ssl/certs/ca-certificates.crt';

/** Name a file of certificates; in an image that is the bundle of the image. */
const CERTIFICATES =
  /^(SSL_CERT_FILE|CURL_CA_BUNDLE|GIT_SSL_CAINFO|NODE_EXTRA_CA_CERTS|PIP_CERT|REQUESTS_CA_BUNDLE)$/;

const SETTINGS =
  /^(https?_proxy|no_proxy|npm_config_registry|pip_index_url|pip_extra_index_url|pip_trusted_host|goproxy|gosumdb)$/i;

/** Variables by which package clients on this machine find their registries: images are built with them, too. */
export function packageClients(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, value = ''] of Object.entries(environment)) {
    // npm tells the scripts that it runs of its registry, even where nobody chose one.
    const isNpmsOwn =
      name === 'npm_config_registry' && environment['npm_config_user_agent'] !== undefined;
    if (CERTIFICATES.test(name) && value !== '') found[name] = BUNDLE;
    else if (SETTINGS.test(name) && value !== '' && !isNpmsOwn) found[name] = value;
  }
  return found;
}

/** Changes when this machine trusts others, or fetches packages from elsewhere. */
export function packageClientsHash(): string {
  const hash = createHash('sha256');
  const settings = Object.entries(packageClients()).toSorted(([a], [b]) => a.localeCompare(b));
  return hash.update(JSON.stringify(settings)).update(certificates()).digest('hex');
}

function certificates(): string {
  try {
    return readFileSync(process.env['SSL_CERT_FILE'] ?? BUNDLE, 'utf8');
  } catch {
    return '';
  }
}
