import { imageFacts } from '../engine/image-facts.ts';
import { podmanUnderTest } from '../engine/engine-under-test.ts';

imageFacts(await podmanUnderTest());
