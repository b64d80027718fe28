import { containerFacts } from '../engine/container-facts.ts';
import { podmanUnderTest } from '../engine/engine-under-test.ts';

containerFacts(await podmanUnderTest());
