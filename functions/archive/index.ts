import type { Domain } from '../domain.ts';
import { eventPrefix } from '../events/stored.ts';
import { ARCHIVE } from './place.ts';
import { takeIn } from './take-in.ts';

/** Every event, kept in a bucket for longer than the table keeps it. */
export const archive: Domain = {
  name: 'archive',
  routes: {},
  triggers: [{ on: 'stream', sortKeyPrefix: eventPrefix, handle: takeIn }],
  uses: ['table:read', { bucket: 'archive', write: [ARCHIVE] }],
};
