import { commandLine, section, list, type Keys } from './form.ts';
import { flag, text, textLike } from './scalars.ts';
import { nativeIgnores, onlyDocker } from './verdicts.ts';
import { containerName, pullPolicy } from './special-text.ts';

/** What runs, and as whom. */
export const processKeys: Keys = {
  image: { form: text, about: 'Image to run; with `build`, the name that the built image gets.' },
  command: {
    form: commandLine,
    about: 'Command instead of the one of the image. Text is split into words, without a shell.',
    absent: 'the command of the image',
    fill: () => null,
    leftOut: 'never',
  },
  entrypoint: {
    form: commandLine,
    about: 'Entry point instead of the one of the image, whose command is dropped too.',
    absent: 'the entry point of the image',
    fill: () => null,
    leftOut: 'never',
  },
  working_dir: {
    form: text,
    about: 'Folder inside the container in which the command starts.',
    absent: 'as the image says',
  },
  user: {
    form: text,
    about: 'User, or `user:group`, by name or number.',
    absent: 'as the image says',
    verdict: nativeIgnores('processes run as the user who runs bowline'),
  },
  group_add: {
    form: list(
      { ...textLike('a group, by name or number', /[^]/), from: ['text', 'number'], asText: true },
      { distinct: true },
    ),
    about: 'Further groups of the user.',
    verdict: nativeIgnores('processes have the groups of the user who runs bowline'),
  },
  hostname: {
    form: text,
    about: 'Name that the container has for itself.',
    absent: 'the id of the container',
  },
  domainname: {
    form: text,
    about: 'Domain that the container has for itself.',
    verdict: nativeIgnores('the domain of this machine stays'),
  },
  container_name: {
    form: containerName,
    about: 'Name of the container. A service that has one cannot have several copies.',
    absent: '`<project>-<service>-<number>`',
    verdict: onlyDocker('there is no container to name'),
  },
  init: {
    form: flag,
    about: 'Run a small init process that passes signals on and collects dead children.',
    absent: 'false',
    leftOut: 'null',
    verdict: { kubernetes: 'ignored: pods have no such switch; most images do without' },
  },
  tty: {
    form: flag,
    about: 'Give the command a terminal.',
    absent: 'false',
    verdict: nativeIgnores('output goes to the log; use `bowline run` for a terminal'),
  },
  stdin_open: {
    form: flag,
    about: 'Keep standard input open.',
    absent: 'false',
    verdict: nativeIgnores('services read from nothing; use `bowline run`'),
  },
  attach: {
    form: flag,
    about: 'Show the output of this service in an attached `up`.',
    absent: 'true',
    leftOut: 'null',
  },
  platform: {
    form: text,
    about: 'Platform of the image, as in `linux/arm64`.',
    absent: 'the platform of the engine',
    verdict: nativeIgnores('processes run on the platform of this machine'),
  },
  pull_policy: {
    form: pullPolicy,
    about: 'When the image is fetched.',
    absent: 'missing',
    verdict: nativeIgnores('no image is fetched'),
  },
  pull_refresh_after: {
    form: text,
    about: 'Age after which a `refresh` fetches the image again.',
    leftOut: 'always',
    verdict: onlyDocker('the age of images is not looked at'),
  },
  runtime: {
    form: text,
    about: 'OCI runtime of the container.',
    verdict: nativeIgnores('there is no container'),
  },
  isolation: {
    form: text,
    about: 'Isolation technology of Windows containers.',
    verdict: onlyDocker('it is for Windows containers'),
  },
  credential_spec: {
    form: section({
      config: { form: text, about: 'Config that holds the credential specification.' },
      file: { form: text, about: 'File that holds it.' },
      registry: { form: text, about: "Value of the daemon's registry that holds it." },
    }),
    about: 'Managed service account of a Windows container.',
    verdict: onlyDocker('it is for Windows containers'),
  },
};
