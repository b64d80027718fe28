import { list, pairs, section, type Form, type Keys } from './form.ts';
import { byKey, byPath } from './identity.ts';
import { filledText } from './special-text.ts';
import { flag, text, word } from './scalars.ts';
import { nativeIgnores } from './verdicts.ts';
import { read } from './form.ts';

export const environmentPairs: Form = pairs({ missing: 'null' });
export const labelPairs: Form = pairs();

const envFile: Form = section(
  {
    path: { form: filledText, about: 'File with one `NAME=value` a line.', path: 'file' },
    required: {
      form: flag,
      about: 'If false, the file may be missing.',
      absent: 'true',
      leftOut: 'true',
    },
    format: {
      form: word('raw', ''),
      about: '`raw`: values are taken as they stand, without quotes and variables.',
      absent: 'as in `.env`',
    },
  },
  {
    required: ['path'],
    extensions: false,
    short: {
      from: ['text'],
      words: 'the path of a file',
      read: (value) =>
        value === '' ? { kind: 'refused', why: 'it is empty' } : read({ path: value }),
    },
  },
);

/** Variables and labels. */
export const environmentKeys: Keys = {
  environment: {
    form: environmentPairs,
    about: 'Variables of the service. One without a value is taken from the shell or `.env`.',
  },
  env_file: {
    form: list(envFile, { single: true, identity: byPath }),
    about:
      'Files with variables of the service. Later files win, `environment` wins over all. They fill no `${…}` in the Compose file.',
  },
  labels: { form: labelPairs, about: 'Labels of the container.' },
  label_file: {
    form: list(text, { single: true, distinct: true }),
    about: 'Files with labels; `labels` wins.',
    path: 'file',
  },
  annotations: {
    form: labelPairs,
    about: 'Annotations of the container.',
    verdict: nativeIgnores('there is no container to annotate'),
  },
  profiles: {
    form: list(text, { identity: byKey }),
    about: 'The service is only active with one of these profiles, or when it is named.',
    absent: 'always active',
  },
};
