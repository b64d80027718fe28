import { bowlineFacts } from '../engine/bowline-facts.ts';
import { podmanUnderTest } from '../engine/engine-under-test.ts';

bowlineFacts(await podmanUnderTest());
