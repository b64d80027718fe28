import { commandLine, list, mapOf, section, type Form, type Key, type Keys } from './form.ts';
import { environmentPairs } from './environment.ts';
import { restartPolicy, signal } from './special-text.ts';
import { duration, flag, looseTextOrNothing, text, wholeNumber } from './scalars.ts';
import { kubernetesIgnores, nativeIgnores, onlyDocker } from './verdicts.ts';

const sameUser = nativeIgnores('it runs as the service does');

/** A cluster runs a hook in the container of the service. */
const inPod = { ...sameUser, ...kubernetesIgnores('it runs as the service does') };

const hookUser: Key = {
  form: text,
  about: 'User that runs it.',
  absent: 'the user of the service',
  verdict: sameUser,
};
const hookPrivileged: Key = {
  form: flag,
  about: 'Run it with all rights.',
  absent: 'false',
  verdict: sameUser,
};

const hookKeys: Keys = {
  command: { form: commandLine, about: 'Command to run.', fill: () => null, leftOut: 'never' },
  user: hookUser,
  privileged: hookPrivileged,
  working_dir: { form: text, about: 'Folder in which it runs.', absent: 'that of the service' },
  environment: { form: environmentPairs, about: 'Further variables.' },
};

/** A command in the running container. */
export const hook: Form = section(
  {
    ...hookKeys,
    user: { ...hookUser, verdict: inPod },
    privileged: { ...hookPrivileged, verdict: inPod },
  },
  { required: ['command'] },
);

/** A command in a container of its own. */
const initHook: Form = section({
  ...hookKeys,
  image: {
    form: text,
    about: 'Image to run it in.',
    absent: 'that of the service',
    verdict: nativeIgnores('it runs where the service runs'),
  },
  per_replica: {
    form: flag,
    about: 'Run it for each copy, not once.',
    absent: 'false',
    verdict: nativeIgnores('what each copy needs belongs into its command'),
  },
});

/** How the service starts, stops and comes back. */
export const lifecycleKeys: Keys = {
  restart: {
    form: restartPolicy,
    about: 'When the service is started again.',
    absent: 'no',
  },
  stop_signal: {
    form: signal,
    about: 'Signal that asks the service to end.',
    absent: 'that of the image, else SIGTERM',
  },
  stop_grace_period: {
    form: duration,
    about: 'Time to end before it is killed.',
    absent: '10s',
    leftOut: 'null',
  },
  pre_start: {
    form: list(initHook),
    about:
      'Commands that must succeed before the service starts, one after the other. The place for migrations.',
  },
  post_start: {
    form: list(hook),
    about: 'Commands in the running service, right after its start.',
    verdict: nativeIgnores('what a start needs belongs into the command'),
  },
  pre_stop: {
    form: list(hook),
    about: 'Commands in the running service, before it is asked to end.',
    verdict: nativeIgnores('the stop signal is all that the process gets'),
  },
  scale: { form: wholeNumber(0), about: 'Number of copies.', absent: '1', leftOut: 'null' },
  logging: {
    form: section(
      {
        driver: { form: text, about: 'Where logs go.', absent: 'as the engine is set up' },
        options: {
          form: mapOf(looseTextOrNothing, { names: 'free' }),
          about: 'Options of the driver.',
        },
      },
      { mergesWithSame: 'driver' },
    ),
    about: 'Where the output of the service goes.',
    verdict: onlyDocker('logs are kept by the engine'),
  },
};
