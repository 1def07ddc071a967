import { ARCHIVE } from '../domains/archive/place.ts';
import { takeIn } from '../domains/archive/take-in.ts';
import { eventPrefix } from '../domains/events/records/stored.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { Domain } from '../platform/service/service.ts';

/** Every event, kept in a bucket for longer than the table keeps it. */
export const archive: Domain = {
  name: 'archive',
  routes: {},
  triggers: [{ on: 'stream', sortKeyPrefix: eventPrefix, handle: takeIn }],
  uses: ['table:read', { bucket: 'archive', write: [ARCHIVE] }],
};

export const { stream } = lambda(archive);
