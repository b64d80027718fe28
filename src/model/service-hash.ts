import { createHash } from 'node:crypto';

import { serviceInJson } from './docker-json.ts';
import type { Json, Project } from './project.ts';

/** Changed without the container being another: how it is built, how many there are, and what it waits for. */
const NO_MATTER = new Set(['build', 'pull_policy', 'scale', 'depends_on', 'profiles']);

/** The fingerprint by which Docker Compose tells whether a container is up to date, and which it writes on it as a label. */
export function serviceHash(project: Project, name: string): string | undefined {
  const service = serviceInJson(project, name);
  if (service === undefined) return undefined;
  const kept = Object.entries(service).filter(([key]) => !NO_MATTER.has(key));
  const relevant = kept.map(([key, value]) => [key, key === 'deploy' ? alone(value) : value]);
  const text = asGoEscapes(JSON.stringify(Object.fromEntries(relevant)));
  return createHash('sha256').update(text).digest('hex');
}

function alone(deploy: Json): Json {
  if (typeof deploy !== 'object' || deploy === null || Array.isArray(deploy)) return deploy;
  return Object.fromEntries(Object.entries(deploy).filter(([key]) => key !== 'replicas'));
}

/** Go writes some characters of JSON so that they may stand in HTML and in JavaScript. */
function asGoEscapes(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
