import { list, section, type Keys } from './form.ts';
import { hook } from './lifecycle.ts';
import { filledText } from './special-text.ts';
import { flag, text, word } from './scalars.ts';

const notYet = {
  native: 'ignored: files are not watched',
  docker: 'ignored: files are not watched',
  kubernetes: 'ignored: it is for development',
} as const;

export const developKeys: Keys = {
  develop: {
    form: section(
      {
        watch: {
          form: list(
            section(
              {
                path: {
                  form: filledText,
                  about: 'File or folder to watch.',
                  path: 'file',
                  leftOut: 'never',
                },
                action: {
                  form: word('rebuild', 'sync', 'restart', 'sync+restart', 'sync+exec'),
                  about: 'What happens on a change.',
                  leftOut: 'never',
                },
                target: { form: text, about: 'Where files are copied to.' },
                ignore: {
                  form: list(text, { single: true, distinct: true }),
                  about: 'Patterns of files to leave out.',
                },
                include: {
                  form: list(text, { single: true, distinct: true }),
                  about: 'Patterns of files to watch only.',
                },
                exec: {
                  form: hook,
                  about: 'Command after a copy.',
                  fill: () => ({ command: null }),
                },
                initial_sync: { form: flag, about: 'Copy once at the start.', absent: 'false' },
              },
              {
                required: ['path', 'action'],
                rules: [
                  { kind: 'needed', key: 'target', unless: 'action', is: ['rebuild', 'restart'] },
                ],
              },
            ),
          ),
          about: 'What to watch, and what to do on a change.',
        },
      },
      { empty: 'kept', page: 'develop.md' },
    ),
    about: 'What happens in development when files change.',
    leftOut: 'null',
    verdict: notYet,
  },
};
