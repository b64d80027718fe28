import { GrpcError, type GrpcMethod } from '../../host/grpc-server.ts';
import { agentsOf, forwardAgent } from './build-agents.ts';
import { buildSecrets } from './build-secrets.ts';
import type { DockerContext } from './context.ts';
import { credentialsFor } from './credentials.ts';
import type { Section } from './json.ts';
import { fieldsOf, messageOf, textOf } from './protobuf.ts';

const NOT_FOUND = 5;
/** `SERVING` */
const HEALTHY = Buffer.from([8, 1]);

/** What BuildKit may ask for during a build, by path. */
export function buildServices(
  { project, surroundings }: Pick<DockerContext, 'project' | 'surroundings'>,
  build: Section,
  signal: AbortSignal,
): ReadonlyMap<string, GrpcMethod> {
  const secrets = buildSecrets(project, build);
  const agents = agentsOf(build, surroundings.environment['SSH_AUTH_SOCK']);
  const agentOf = (id: string): string => {
    const path = agents.get(id === '' ? 'default' : id);
    if (path === undefined) throw new GrpcError(NOT_FOUND, `build.ssh has no ${id}`);
    return path;
  };
  const secretOf = async (id: string): Promise<Buffer> => {
    const value = await secrets(id);
    if (value === undefined) throw new GrpcError(NOT_FOUND, `build.secrets has no ${id}`);
    return messageOf(1, value);
  };
  const checkAgent = async (id: string): Promise<Buffer> => {
    agentOf(id);
    return Promise.resolve(Buffer.alloc(0));
  };
  return new Map<string, GrpcMethod>([
    ['/grpc.health.v1.Health/Check', single(() => Promise.resolve(HEALTHY))],
    ['/moby.buildkit.secrets.v1.Secrets/GetSecret', single(secretOf)],
    [
      '/moby.filesync.v1.Auth/Credentials',
      single(async (host) => toCredentials(await credentialsFor(host, surroundings, signal))),
    ],
    ['/moby.sshforward.v1.SSH/CheckAgent', single(checkAgent)],
    [
      '/moby.sshforward.v1.SSH/ForwardAgent',
      (messages, headers) => {
        const id = headers['buildkit.ssh.id'];
        return forwardAgent(agentOf(typeof id === 'string' ? id : ''), messages, signal);
      },
    ],
  ]);
}

function toCredentials(found: Readonly<Record<string, string>> = {}): Buffer {
  const { username = '', password = '', identitytoken = password } = found;
  return Buffer.concat([
    messageOf(1, Buffer.from(username)),
    messageOf(2, Buffer.from(identitytoken)),
  ]);
}

/** A method that is asked once, by the text of its first field, and answers once. */
function single(answer: (asked: string) => Promise<Buffer>): GrpcMethod {
  return async function* (messages) {
    for await (const message of messages) {
      yield await answer(textOf(fieldsOf(message).find(({ number }) => number === 1)?.bytes));
      return;
    }
  };
}
