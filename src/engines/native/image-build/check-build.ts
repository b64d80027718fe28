import type { Preflight } from '../../../engine/engine.ts';
import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { Service } from '../../../model/project.ts';
import type { Machine } from './find-interpreter.ts';
import { loadBuild } from './load-build.ts';
import { baseImage, planBuild } from './plan-build.ts';

/** Everything that stands in the way of building and running a service here. Touches nothing of the user's. */
export async function checkBuild(service: Service, machine: Machine): Promise<Preflight> {
  const { build } = service;
  if (build === undefined) return { diagnostics: [], findings: [], notes: [] };
  const loaded = await loadBuild(service, build, machine.signal);
  const { diagnostics, notes } = await planBuild(service, loaded, machine);
  const settings = loaded.kind === 'loaded' ? loaded.dockerfile.final?.settings : undefined;
  const silent = settings !== undefined && !saysWhatRuns(service, settings);
  return {
    diagnostics: silent ? [...diagnostics, noCommand(service)] : diagnostics,
    findings: [],
    notes: notes.map((text) => ({ service: service.name, text })),
  };
}

/** The same for `image: node:20` and the like, without a build. */
export async function checkInterpreterImage(
  service: Service,
  machine: Machine,
): Promise<Preflight> {
  const base = { machine, at: service.at, service: service.name };
  const { diagnostic, note } = await baseImage(service.image ?? '', base);
  const refused = diagnostic?.code === 'native/no-such-image';
  const silent = !refused && !saysWhatRuns(service, {});
  return {
    diagnostics: [
      ...(diagnostic === undefined ? [] : [diagnostic]),
      ...(silent ? [noCommand(service)] : []),
    ],
    findings: [],
    notes: note === undefined ? [] : [{ service: service.name, text: note }],
  };
}

function saysWhatRuns(
  service: Service,
  image: { readonly entrypoint?: readonly string[]; readonly command?: readonly string[] },
): boolean {
  const entrypoint = service.entrypoint ?? image.entrypoint ?? [];
  const own = service.entrypoint === undefined ? (image.command ?? []) : [];
  return entrypoint.length + (service.command ?? own).length > 0;
}

function noCommand(service: Service): Diagnostic {
  return {
    code: 'native/no-command',
    severity: 'error',
    message: `nothing says what service ${service.name} runs: neither its image nor the Compose file has a command`,
    help: 'Add command to the service, or CMD to its Dockerfile.',
    at: service.at,
  };
}
