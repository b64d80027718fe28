import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';

import { type HttpAgent, readCertificatesOnce } from '../../../host/http-client.ts';
import { CredentialsError } from './api-error.ts';

/** What every request carries to prove who asks. */
export interface Credentials {
  readonly agent: HttpAgent;
  readonly headers: Readonly<Record<string, string>>;
}

/** Tokens in files are renewed by others, and those of plugins expire: neither is trusted longer. */
const FRESH_MS = 60_000;

/** Gives credentials, and makes them anew when they are old or were refused. */
export class CredentialSource {
  readonly #config: KubeConfig;
  #made: { readonly atMs: number; readonly credentials: Promise<Credentials> } | undefined;
  #agents = new Set<HttpAgent>();

  constructor(config: KubeConfig) {
    this.#config = config;
  }

  get(): Promise<Credentials> {
    const nowMs = performance.now();
    if (this.#made === undefined || nowMs - this.#made.atMs > FRESH_MS) {
      this.#made = { atMs: nowMs, credentials: this.#make() };
    }
    return this.#made.credentials;
  }

  /** The server did not accept them: the next `get` makes new ones. */
  forget(): void {
    this.#made = undefined;
  }

  /** Closes idle connections, so that the program can end. */
  close(): void {
    for (const agent of this.#agents) agent.destroy();
    this.#agents.clear();
  }

  async #make(): Promise<Credentials> {
    const options: Parameters<KubeConfig['applyToHTTPSOptions']>[0] = {};
    try {
      await this.#config.applyToHTTPSOptions(options);
    } catch (error) {
      throw new CredentialsError('no credentials for the cluster', { cause: error });
    }
    const { agent } = options;
    if (typeof agent !== 'object') throw new Error('the kubeconfig gave no agent');
    // A handshake for each of hundreds of requests would take longer than the requests. How many there are at once is
    // bounded where they are made: what goes on for ever, as a log, must not keep others out.
    Object.assign(agent, { keepAlive: true, maxSockets: Infinity });
    readCertificatesOnce(agent);
    this.#agents.add(agent);
    return {
      agent,
      headers: headersOf(options.headers, 'auth' in options ? options.auth : undefined),
    };
  }
}

function headersOf(given: unknown, auth: unknown): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  if (typeof given === 'object' && given !== null) {
    for (const [name, value] of Object.entries(given)) {
      if (typeof value === 'string') headers[name] = value;
    }
  }
  if (typeof auth === 'string') {
    headers['Authorization'] = `Basic ${Buffer.from(auth).toString('base64')}`;
  }
  return headers;
}
