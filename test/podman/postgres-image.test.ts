import { postgresFacts } from '../engine/postgres-facts.ts';
import { podmanUnderTest } from '../engine/engine-under-test.ts';

postgresFacts(await podmanUnderTest());
