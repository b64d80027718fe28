import { bowlineFile } from './bowline.ts';
import { models } from './delegation.ts';
import { list, mapOf, read, section, type Form } from './form.ts';
import { serviceForm } from './service.ts';
import { text } from './scalars.ts';
import { configs, networks, secrets, volumes } from './top-level.ts';
import { refusedEverywhere } from './verdicts.ts';

const include: Form = section(
  {
    path: {
      form: list(text, { single: true, distinct: true }),
      about: 'Compose files to include; several are merged.',
      path: 'file',
    },
    project_directory: {
      form: text,
      about: 'Folder that their relative paths are relative to.',
      absent: 'that of the file',
      path: 'file',
    },
    env_file: {
      form: list(text, { single: true, distinct: true }),
      about: 'Files with variables for them.',
      absent: 'the `.env` there',
      path: 'file',
    },
  },
  {
    extensions: false,
    page: '14-include.md',
    short: {
      from: ['text'],
      words: 'the path of a Compose file',
      read: (value) => read({ path: [value] }),
    },
  },
);

/** The whole file. @see https://github.com/compose-spec/compose-spec/blob/main/00-overview.md */
export const composeFile: Form = section(
  {
    version: {
      form: text,
      about: 'Without meaning since 2020.',
      see: '04-version-and-name.md#version-top-level-element-obsolete',
    },
    name: {
      form: text,
      about: 'Name of the project.',
      absent: 'the name of the folder',
      see: '04-version-and-name.md#name-top-level-element',
    },
    include: {
      form: list(include),
      about: 'Other Compose files whose content belongs to this project.',
      see: '14-include.md',
    },
    services: {
      form: mapOf(serviceForm, { noun: 'service' }),
      about: 'What runs.',
      see: '05-services.md',
    },
    networks: { form: networks, about: 'Networks between services.', see: '06-networks.md' },
    volumes: { form: volumes, about: 'Data that outlives the services.', see: '07-volumes.md' },
    configs: { form: configs, about: 'Configuration files for services.', see: '08-configs.md' },
    secrets: { form: secrets, about: 'Files with secrets for services.', see: '09-secrets.md' },
    models: {
      form: models,
      about: 'AI models for services.',
      see: '15-models.md',
      verdict: refusedEverywhere('bowline runs no models'),
    },
    'x-bowline': { form: bowlineFile, about: 'What bowline adds; other tools ignore it.' },
  },
  { page: '00-overview.md' },
);
