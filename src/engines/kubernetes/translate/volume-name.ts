import type { ServiceContext } from './context.ts';

/** Name of a volume within a pod, which several services may share. */
export function volumeName({ host, name }: ServiceContext, base: string): string {
  return host === undefined ? base : `${name.slice(0, 40).replace(/-+$/, '')}-${base}`;
}
