import type { EventBody, ObjectChange } from '../../../model/event.ts';
import { type ObjectId, titleOf } from '../object.ts';

/** What became of an object, as an event. */
export function objectEvent(id: ObjectId, became: ObjectChange, words?: string): EventBody {
  const { namespace } = id;
  return {
    kind: 'object',
    object: titleOf(id),
    ...(namespace !== undefined && { namespace }),
    became,
    ...(words !== undefined && { words }),
  };
}
