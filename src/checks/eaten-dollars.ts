import type { Diagnostic, Span } from '../model/diagnostic.ts';
import type { Project, Service } from '../model/project.ts';
import type { Facts } from './check.ts';
import { originOf } from './names.ts';
import { textAt } from './written.ts';

/** Variables of the shell in a service, which are something else in the shell on this machine. */
const OF_ANY_SHELL = ['HOME', 'PATH', 'HOSTNAME', 'SHELL'];

interface Line {
  readonly service: Service;
  readonly at: Span;
  readonly text: string;
}

/** Diagnostics in which variables that only the shell in the service has are no longer called unset, but eaten. */
export function explainDollars(
  project: Project,
  { found, facts }: { readonly found: readonly Diagnostic[]; readonly facts: Facts },
): readonly Diagnostic[] {
  const lines = shellLinesOf(project, facts);
  if (lines.length === 0) return found;
  const rest = found.flatMap((each) => {
    const name = /^the variable (\w+) is not set/.exec(each.message)?.[1];
    if (each.code !== 'compose/unset-variable' || name === undefined) return [each];
    return explained(each, { name, lines });
  });
  return [...rest, ...lines.flatMap((line) => ofThisMachine(line, facts))];
}

interface Unset {
  readonly name: string;
  readonly lines: readonly Line[];
}

function explained(diagnostic: Diagnostic, { name, lines }: Unset): readonly Diagnostic[] {
  const { at, related = [], ...common } = diagnostic;
  const places = [...(at === undefined ? [] : [at]), ...related.map((each) => each.at)];
  const eatenAt = new Map<Span, Line>();
  for (const place of places) {
    const line = lines.find((each) => isWithin(place, each.at) && knows(each, name));
    if (line !== undefined) eatenAt.set(place, line);
  }
  const [first, ...more] = places.filter((place) => !eatenAt.has(place));
  const others = more.map((place) => ({ message: 'used here, too', at: place }));
  return [
    ...[...eatenAt].map(([place, { service }]) => eaten(name, place, service)),
    ...(first === undefined && at !== undefined
      ? []
      : [
          {
            ...common,
            ...(first !== undefined && { at: first }),
            ...(others.length > 0 && { related: others }),
          },
        ]),
  ];
}

/** Does the service have the variable, or the line itself set it? */
function knows({ service, text }: Line, name: string): boolean {
  if (service.environment.has(name)) return true;
  return new RegExp(
    `(?:^|[\\s;&|("'])(?:${name}=|for\\s+${name}\\s|read\\s+(?:-\\w+\\s+)*${name}\\b)`,
  ).test(text);
}

function eaten(name: string, at: Span, service: Service): Diagnostic {
  return {
    code: 'compose/eaten-dollar',
    severity: 'warning',
    message: `$${name} is put in before ${service.name} starts, from outside, where it has no value: nothing is left of it`,
    help: `Write $$${name}, and the shell in ${service.name} puts it in.`,
    at,
    fix: doubled(at),
  };
}

const doubled = (at: Span): NonNullable<Diagnostic['fix']> => ({
  title: 'double the dollar sign',
  edits: [{ at: { ...at, end: at.start }, text: '$' }],
});

function ofThisMachine({ at, service }: Line, facts: Facts): readonly Diagnostic[] {
  const written = textAt(at, facts) ?? '';
  const found: Diagnostic[] = [];
  for (const match of written.matchAll(/(?<!\$)((?:\$\$)*)\$(?:\{(\w+)\}|(\w+))/g)) {
    const name = match[2] ?? match[3] ?? '';
    const variable = facts.variables.get(name);
    if (!OF_ANY_SHELL.includes(name) || variable === undefined || variable.at !== undefined)
      continue;
    const start = at.start + match.index + (match[1]?.length ?? 0);
    const place = { file: at.file, start, end: at.start + match.index + match[0].length };
    found.push({
      code: 'compose/eaten-dollar',
      severity: 'warning',
      message: `$${name} is put in before ${service.name} starts: it is that of this machine, not of ${service.name}`,
      help: `Write $$${name}, and the shell in ${service.name} puts it in.`,
      at: place,
      fix: doubled(place),
    });
  }
  return found;
}

/** Places of text that a shell in the service reads. */
function shellLinesOf(project: Project, facts: Facts): readonly Line[] {
  return project.services.flatMap((service): readonly Line[] => {
    const { name, command = [], entrypoint = [], healthcheck } = service;
    const isWritten = command.length + entrypoint.length > 0;
    if (!isWritten && healthcheck?.test[0] !== 'CMD-SHELL') return [];
    const keys = [
      ...(isShell([...entrypoint, ...command]) ? indexed(['command'], command) : []),
      ...(isShell(entrypoint) ? indexed(['entrypoint'], entrypoint) : []),
      ...(healthcheck?.test[0] === 'CMD-SHELL'
        ? indexed(['healthcheck', 'test'], healthcheck.test)
        : []),
    ];
    const places = new Map<string, Span>();
    for (const key of keys) {
      const at = originOf(project, 'services', name, ...key);
      if (at !== undefined) places.set(`${at.start} ${at.file}`, at);
    }
    return [...places.values()].flatMap((at) => {
      const text = textAt(at, facts);
      return text?.includes('$') === true ? [{ service, at, text }] : [];
    });
  });
}

function isShell(words: readonly string[]): boolean {
  return words.some(
    (word, index) =>
      /^-\w*c$/.test(word) && /(?:^|\/)(?:ba|da|a|z)?sh$/.test(words[index - 1] ?? ''),
  );
}

function indexed(key: readonly string[], words: readonly string[]): readonly (readonly string[])[] {
  return words.map((_, index) => [...key, String(index)]);
}

function isWithin(part: Span, whole: Span): boolean {
  return part.file === whole.file && part.start >= whole.start && part.end <= whole.end;
}
