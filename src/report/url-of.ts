/** Ports whose servers do not speak HTTP: there is nothing to open there. */
const NO_WEB: ReadonlySet<number> = new Set([
  21, 22, 25, 53, 110, 143, 389, 587, 993, 1433, 1521, 1883, 3306, 4222, 5432, 5672, 6379, 9042,
  9092, 11_211, 26_257, 27_017,
]);
const SECURED: ReadonlySet<number> = new Set([443, 8443]);
const USUAL = { http: 80, https: 443 } as const;

export interface OuterAddress {
  readonly host: string;
  readonly port: number;
  readonly target: number;
  readonly scheme?: 'http' | 'https';
}

/** An address as it is typed: a URL for a browser, or host and port where no browser has any business. */
export function urlOf({ host, port, target, scheme }: OuterAddress): string {
  const name = host.includes(':') ? `[${host}]` : host;
  if (scheme === undefined && NO_WEB.has(target)) return `${name}:${port}`;
  const spoken = scheme ?? (SECURED.has(target) || SECURED.has(port) ? 'https' : 'http');
  return `${spoken}://${name}${port === USUAL[spoken] ? '' : `:${port}`}/`;
}
