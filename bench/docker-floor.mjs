import { request } from 'node:http';

/** What the engine itself takes: the same containers by bare calls, as many at a time as their order allows. */
export async function floorOf(services, { socketPath, project }) {
  const call = (method, path, body) => ask(socketPath, { method, path, body });
  const network = `${project}_default`;
  const started = new Map();
  const ids = [];
  const start = async ([name, service]) => {
    await Promise.all(Object.keys(service.depends_on ?? {}).map((each) => started.get(each)));
    const { Id } = await call('POST', `/containers/create?name=${project}-${name}-1`, {
      Image: service.image,
      Cmd: [service.command].flat(),
      Labels: { 'com.docker.compose.project': project },
      HostConfig: { NetworkMode: network },
      NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [name] } } },
    });
    ids.push(Id);
    await call('POST', `/containers/${Id}/start`);
    const isAwaited = Object.values(services).some((each) => each.depends_on?.[name]);
    if (isAwaited) await call('POST', `/containers/${Id}/wait`);
  };
  const beganAt = performance.now();
  try {
    await call('POST', '/networks/create', { Name: network });
    for (const each of Object.entries(services)) started.set(each[0], start(each));
    await Promise.all(started.values());
    return performance.now() - beganAt;
  } finally {
    await Promise.allSettled(started.values());
    await Promise.all(ids.map((id) => call('DELETE', `/containers/${id}?force=1`)));
    await call('DELETE', `/networks/${network}`);
  }
}

function ask(socketPath, { method, path, body }) {
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path, headers }, async (response) => {
      let answer = '';
      for await (const part of response.setEncoding('utf8')) answer += part;
      if (response.statusCode < 400) resolve(answer === '' ? undefined : JSON.parse(answer));
      else reject(new Error(`${method} ${path}: ${answer}`));
    });
    asked.on('error', reject);
    asked.end(text);
  });
}
