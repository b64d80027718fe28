/** Where to listen and where to pass what comes. Hosts are addresses without brackets. */
export interface Route {
  readonly listen: RouteAddress;
  readonly to: RouteAddress;
  /** @defaultValue 'tcp' */
  readonly protocol?: 'tcp' | 'udp';
  /** The others are set although this one cannot be, as with `::1` on a machine without IPv6. @defaultValue false */
  readonly optional?: boolean;
}

interface RouteAddress {
  readonly host: string;
  readonly port: number;
}

/** What became of a route. */
export type RouteResult =
  | { readonly kind: 'ok'; readonly route: Route }
  | {
      readonly kind: 'refused';
      readonly route: Route;
      /** As the system calls it: `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`. */
      readonly error: string;
    };

/** Answer to a new set of routes. Not `applied`: nothing has changed. */
export interface RoutesAnswer {
  readonly applied: boolean;
  readonly results: readonly RouteResult[];
}

/** Two routes with the same key are the same open port. */
export function keyOf({ listen, protocol = 'tcp' }: Route): string {
  return `${protocol} ${listen.host} ${listen.port}`;
}

/** Checks what came from outside. */
export function isRoutes(value: unknown): value is readonly Route[] {
  return Array.isArray(value) && value.every(isRoute);
}

function isRoute(value: unknown): boolean {
  const protocol = fieldOf(value, 'protocol');
  return (
    isAddress(fieldOf(value, 'listen')) &&
    isAddress(fieldOf(value, 'to')) &&
    (protocol === undefined || protocol === 'tcp' || protocol === 'udp')
  );
}

function isAddress(value: unknown): boolean {
  const port = fieldOf(value, 'port');
  return (
    typeof fieldOf(value, 'host') === 'string' &&
    typeof port === 'number' &&
    Number.isInteger(port) &&
    port > 0 &&
    port < 65_536
  );
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
