import { list, mapOf, section, read, type Keys } from './form.ts';
import { byKey } from './identity.ts';
import { flag, text, word } from './scalars.ts';
import { onlyDocker } from './verdicts.ts';

/** Which other services this one needs. */
export const dependencyKeys: Keys = {
  depends_on: {
    form: mapOf(
      section(
        {
          condition: {
            form: word('service_started', 'service_healthy', 'service_completed_successfully'),
            about: 'What must be true of the other service before this one starts.',
            absent: 'service_started in the list form',
          },
          required: {
            form: flag,
            about: 'If false, the other service may be missing.',
            absent: 'true',
            fill: () => true,
            leftOut: 'never',
          },
          restart: {
            form: flag,
            about: 'Restart this service when the other one was replaced.',
            absent: 'false',
          },
        },
        { required: ['condition'] },
      ),
      {
        noun: 'service',
        fromList: { condition: 'service_started', required: true },
      },
    ),
    about: 'Services that start before this one and stop after it.',
  },
  links: {
    form: list(text, { identity: byKey }),
    about: 'Other services, possibly under another name: `service:alias`.',
  },
  external_links: {
    form: list(text, { distinct: true }),
    about: 'Containers outside of the project, possibly under another name.',
    verdict: onlyDocker('there is no container to link to'),
  },
  extends: {
    form: section(
      {
        service: { form: text, about: 'Name of the service to start from.' },
        file: { form: text, about: 'Compose file that has it.', absent: 'this file', path: 'file' },
      },
      {
        required: ['service'],
        extensions: false,
        short: {
          from: ['text'],
          words: 'the name of a service',
          read: (value) => read({ service: value }),
        },
      },
    ),
    about: 'Another service whose keys this one starts from.',
  },
};
