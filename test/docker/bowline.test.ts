import { bowlineFacts } from '../engine/bowline-facts.ts';
import { dockerUnderTest } from '../engine/engine-under-test.ts';

bowlineFacts(await dockerUnderTest());
