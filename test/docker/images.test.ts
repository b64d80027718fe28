import { imageFacts } from '../engine/image-facts.ts';
import { dockerUnderTest } from '../engine/engine-under-test.ts';

imageFacts(await dockerUnderTest());
