import type { Form, SectionForm } from './form.ts';

const SHOWN = 8;

/** The form in a person's words: what a message says is accepted. */
export function inWords(form: Form): string {
  switch (form.is) {
    case 'scalar':
      return form.words;
    case 'words':
      return form.probe
        ? 'text, or a list that begins with CMD, CMD-SHELL or NONE'
        : 'text, or a list of text';
    case 'list':
      return listInWords(form.of, form.single);
    case 'map':
      return `${form.fromList === undefined ? '' : `a list of ${plural(form.noun)}, or `}a mapping of ${plural(form.noun)}`;
    case 'pairs':
      return `a mapping of names to values, or a list of name${form.separators[0]}value`;
    case 'section':
      return sectionInWords(form);
    case 'either':
      return form.forms.map(inWords).join(', or ');
    case 'any':
      return 'anything';
  }
}

function listInWords(of: Form, single: boolean): string {
  const item = of.is === 'section' && of.short !== undefined ? of.short.words : inWords(of);
  const list = of.is === 'section' ? `a list, each item ${inWords(of)}` : `a list of ${item}`;
  return single ? `${item}, or ${list}` : list;
}

function sectionInWords({ keys, short }: SectionForm): string {
  const names = Object.keys(keys).filter((key) => !key.startsWith('x-'));
  const more = names.length > SHOWN ? ', …' : '';
  const long = `a mapping with ${names.slice(0, SHOWN).join(', ')}${more}`;
  return short === undefined ? long : `${short.words}, or ${long}`;
}

function plural(noun: string): string {
  return `${noun}s`;
}
