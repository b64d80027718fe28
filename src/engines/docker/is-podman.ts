import type { DockerContext } from './context.ts';

/** Podman answers the same API; its builder and its ports are its own. */
export async function isPodman(
  { api }: Pick<DockerContext, 'api'>,
  signal: AbortSignal,
): Promise<boolean> {
  const { Components } = await api.call<{
    readonly Components?: readonly { readonly Name: string }[] | null;
  }>({ path: '/version', signal });
  return (Components ?? []).some(({ Name }) => /podman/i.test(Name));
}
