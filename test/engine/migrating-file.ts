/** A service whose command migrates and then serves; the migration is a config that the file itself holds. */
export function migratingFile(name: string, script: string, more: object = {}): string {
  return JSON.stringify({
    name,
    services: {
      web: {
        image: 'busybox',
        command: 'sh -c "sh /migrate.sh && exec sleep 1000"',
        configs: [{ source: 'script', target: '/migrate.sh' }],
        volumes: ['data:/data'],
        environment: { WORD: '${WORD:-first}' },
        stop_signal: 'SIGKILL',
        ...more,
      },
    },
    configs: { script: { content: script } },
    volumes: { data: {} },
  });
}
