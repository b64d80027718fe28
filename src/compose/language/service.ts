import { buildKeys } from './build.ts';
import { bowlineService } from './bowline.ts';
import { delegationKeys } from './delegation.ts';
import { dependencyKeys } from './dependencies.ts';
import { deployKeys } from './deploy.ts';
import { developKeys } from './develop.ts';
import { environmentKeys } from './environment.ts';
import { section, type Form } from './form.ts';
import { healthcheckKeys } from './healthcheck.ts';
import { lifecycleKeys } from './lifecycle.ts';
import { networkingKeys } from './networking.ts';
import { processKeys } from './process.ts';
import { isolationKeys, resourceKeys } from './resources.ts';
import { storageKeys } from './storage.ts';

/** One service. @see https://github.com/compose-spec/compose-spec/blob/main/05-services.md */
export const serviceForm: Form = section(
  {
    ...processKeys,
    ...buildKeys,
    ...environmentKeys,
    ...dependencyKeys,
    ...healthcheckKeys,
    ...networkingKeys,
    ...storageKeys,
    ...lifecycleKeys,
    ...deployKeys,
    ...developKeys,
    ...resourceKeys,
    ...isolationKeys,
    ...delegationKeys,
    'x-bowline': {
      form: bowlineService,
      about: 'What bowline adds to a service; other tools ignore it.',
    },
  },
  { page: '05-services.md' },
);
