import { dockerUnderTest } from '../engine/engine-under-test.ts';
import { failingBuildFacts } from '../engine/failing-build-facts.ts';

failingBuildFacts(await dockerUnderTest());
