import type { Form, Key, SectionForm, Verdict } from './language/form.ts';
import type { EngineName } from '../model/engine-name.ts';
import { inWords } from './language/in-words.ts';

const SPECIFICATION = 'https://github.com/compose-spec/compose-spec/blob/main/';
const ENGINES: readonly EngineName[] = ['native', 'docker', 'kubernetes'];

/** A page of Markdown that says of every key what it means, what it accepts, and which engine honours it. */
export function toReference(form: Form): string {
  const chapters: Chapter[] = [];
  collect(form, { title: 'Top level', path: '', page: '00-overview.md' }, chapters);
  return [
    '<!-- Written from src/compose/language by `npx vitest run -u src/compose/reference.test.ts`. -->',
    '',
    '# The Compose file',
    '',
    'Every key that bowline knows, from the same description that checks your file. Keys that begin with `x-` are yours.',
    'Where nothing is said about an engine, it honours the key.',
    '',
    ...chapters.map(({ title, path }) => `- [${title}](#${anchorOf(path)})`),
    '',
    ...chapters.flatMap((chapter) => [...linesOf(chapter), '']),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
}

interface Place {
  readonly title: string;
  readonly path: string;
  /** Page of the specification. */
  readonly page: string;
}

interface Chapter extends Place {
  readonly form: SectionForm;
}

function collect(form: Form, place: Place, chapters: Chapter[]): void {
  const inner = sectionIn(form);
  if (inner === undefined) return;
  const page = inner.page ?? place.page;
  chapters.push({ ...place, page, form: inner });
  for (const [name, key] of Object.entries(inner.keys)) {
    const path = place.path === '' ? name : `${place.path}.${name}`;
    collect(key.form, { title: `\`${path}\``, path, page }, chapters);
  }
}

/** The section that a form is, or is made of. */
function sectionIn(form: Form): SectionForm | undefined {
  switch (form.is) {
    case 'section':
      return form;
    case 'list':
    case 'map':
      return sectionIn(form.of);
    case 'either':
      return form.forms.map(sectionIn).find((each) => each !== undefined);
    case 'scalar':
    case 'words':
    case 'pairs':
    case 'any':
      return undefined;
  }
}

function linesOf({ title, path, page, form }: Chapter): readonly string[] {
  const short = form.short === undefined ? [] : [`In short: ${form.short.words}.`, ''];
  return [
    `<a id="${anchorOf(path)}"></a>`,
    '',
    `## ${title}`,
    '',
    ...short,
    '| key | meaning | accepted | when absent | engines |',
    '| --- | --- | --- | --- | --- |',
    ...Object.entries(form.keys).map(([name, key]) => rowOf(name, key, { form, path, page })),
  ];
}

function rowOf(
  name: string,
  key: Key,
  { form, path, page }: Pick<Chapter, 'form' | 'path' | 'page'>,
): string {
  const inner = sectionIn(key.form);
  const below = path === '' ? name : `${path}.${name}`;
  const linked =
    name.startsWith('x-bowline') || below.startsWith('x-bowline') || path.includes('x-bowline')
      ? `\`${name}\``
      : `[\`${name}\`](${linkOf(name, key, { path, page })})`;
  const accepted =
    inner === undefined
      ? inWords(key.form)
      : `${inWords(shallow(key.form))} ([keys](#${anchorOf(below)}))`;
  const cells = [
    form.required.includes(name) ? `${linked} (required)` : linked,
    key.obsolete === undefined ? key.about : `${key.about} Old: ${key.obsolete}.`,
    accepted,
    key.absent ?? '',
    enginesOf(key),
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** Without the list of keys, which has a table of its own. */
function shallow(form: Form): Form {
  const words = wordsOf(form);
  return { is: 'scalar', from: [], words, read: () => ({ kind: 'refused' }), schema: {} };
}

function wordsOf(form: Form): string {
  switch (form.is) {
    case 'section':
      return form.short === undefined ? 'a mapping' : 'a short form, or a mapping';
    case 'list':
      return form.single ? 'one, or a list' : 'a list';
    case 'map':
      return form.fromList === undefined
        ? `a mapping of ${form.noun}s`
        : `a list or a mapping of ${form.noun}s`;
    case 'either':
      return form.forms.map(wordsOf).join(', or ');
    case 'scalar':
    case 'words':
    case 'pairs':
    case 'any':
      return inWords(form);
  }
}

function linkOf(
  name: string,
  key: Key,
  { path, page }: { readonly path: string; readonly page: string },
): string {
  if (key.see !== undefined)
    return SPECIFICATION + (key.see.includes('.md') ? key.see : `${page}#${key.see}`);
  const parts = path.split('.');
  // The specification has a heading for a key of a page, and none for what is further below.
  const heading = parts.length > 2 ? parts[parts.length - 1] : name;
  return `${SPECIFICATION}${page}#${heading}`;
}

function enginesOf({ verdict }: Key): string {
  return ENGINES.flatMap((engine) => {
    const said: Verdict = verdict?.[engine] ?? 'honoured';
    return said === 'honoured' ? [] : [`${engine} ${said}`];
  }).join('; ');
}

function anchorOf(path: string): string {
  return path === '' ? 'top-level' : path.replaceAll('.', '-');
}
