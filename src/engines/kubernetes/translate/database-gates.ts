import type { Service } from '../../../model/project.ts';
import type { ServiceContext } from './context.ts';
import { assumed, type Draft, type DraftMap } from './draft.ts';
import { shellWord } from './escape.ts';
import { resourcesOf } from './resources.ts';

/** How the image of a server asks whether that server answers. */
const ASKS: Readonly<Record<string, (host: string, port: number) => string>> = {
  postgres: (host, port) => `pg_isready -h ${host} -p ${port} -t 3`,
  mysql: (host, port) => `mysqladmin ping --silent -h ${host} -P ${port}`,
  mariadb: (host, port) => `mariadb-admin ping --silent -h ${host} -P ${port}`,
  redis: (host, port) => `redis-cli -h ${host} -p ${port} ping`,
  valkey: (host, port) => `valkey-cli -h ${host} -p ${port} ping`,
};

/** Databases that a service depends on, and of which it is known how to ask. */
function databasesOf({ parent, service }: ServiceContext): readonly ServiceContext[] {
  const names = new Set<string>(service.dependsOn.map((each) => each.service));
  return parent.services.filter(
    ({ service: other, server }) =>
      names.has(other.name) && server !== undefined && Object.hasOwn(ASKS, server.kind),
  );
}

/** Does the service work on a PostgreSQL of the project? */
export function dependsOnPostgres(context: ServiceContext): boolean {
  return databasesOf(context).some(({ server }) => server?.kind === 'postgres');
}

/**
 * Containers that end when a database answers. Without them a task, which is not tried again, comes too early where all is
 * applied at once, and also where the database is ready: a node may know its address only some seconds later.
 */
export function databaseGates(context: ServiceContext): readonly Draft[] {
  return databasesOf(context).flatMap((database): readonly DraftMap[] => {
    const { server, name, service } = database;
    const asks = server === undefined ? undefined : ASKS[server.kind];
    if (server === undefined || asks === undefined || isElsewhere(service)) return [];
    const line = `until ${asks(shellWord(name), server.port)}; do sleep 1; done`;
    return [
      {
        name: `await-${name}`.slice(0, 63).replace(/-+$/, ''),
        image: service.image,
        imagePullPolicy: 'IfNotPresent',
        command: assumed(['/bin/sh', '-c', line], 'a task waits for its database'),
        resources: resourcesOf(database),
        securityContext: {
          runAsUser: server.user.uid,
          runAsGroup: server.user.gid,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
        },
      },
    ];
  });
}

/** Told to listen at another port than usual: whoever asks at the usual one asks for ever. */
function isElsewhere({ command = [], environment }: Service): boolean {
  const isPort = /^(?:-[pP]\d*|--port(?:=.*)?|(?:-c)?port=.*)$/;
  return environment.has('PGPORT') || command.some((word) => isPort.test(word));
}
