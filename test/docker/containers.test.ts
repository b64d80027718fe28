import { containerFacts } from '../engine/container-facts.ts';
import { dockerUnderTest } from '../engine/engine-under-test.ts';

containerFacts(await dockerUnderTest());
