import type { Project } from '../../model/project.ts';
import { type Section, sectionOf } from './json.ts';

/** One service as `config` prints it; empty when there is none of that name. */
export function canonicalService({ canonical }: Project, name: string): Section {
  const services = sectionOf(sectionOf(canonical)['services']);
  return Object.hasOwn(services, name) ? sectionOf(services[name]) : {};
}
