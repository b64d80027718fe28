import { postgresFacts } from '../engine/postgres-facts.ts';
import { dockerUnderTest } from '../engine/engine-under-test.ts';

postgresFacts(await dockerUnderTest());
