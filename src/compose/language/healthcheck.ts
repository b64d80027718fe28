import { probeCommand, section, type Keys } from './form.ts';
import { duration, flag, wholeNumber } from './scalars.ts';

/** How it is found out whether the service works. */
export const healthcheckKeys: Keys = {
  healthcheck: {
    form: section({
      test: {
        form: probeCommand,
        about:
          'Command that succeeds while the service works. Text runs in a shell; a list begins with CMD, CMD-SHELL or NONE.',
        absent: 'the test of the image',
      },
      interval: {
        form: duration,
        about: 'Pause between two probes.',
        absent: '30s',
        leftOut: 'null',
      },
      timeout: {
        form: duration,
        about: 'A probe that takes longer has failed.',
        absent: '30s',
        leftOut: 'null',
      },
      retries: {
        form: wholeNumber(0),
        about: 'Failures in a row that mean unhealthy.',
        absent: '3',
        leftOut: 'null',
      },
      start_period: {
        form: duration,
        about: 'Failures before this has passed do not count.',
        absent: '0s',
        leftOut: 'null',
      },
      start_interval: {
        form: duration,
        about: 'Pause between probes during `start_period`.',
        absent: '5s',
        leftOut: 'null',
      },
      disable: { form: flag, about: "Switches off the image's own healthcheck.", absent: 'false' },
    }),
    about: 'How it is found out whether the service works.',
    absent: 'the healthcheck of the image',
  },
};
