import { createHash } from 'node:crypto';
import { dayOf } from '../../model/time.ts';
import { inParallel } from '../../platform/parallel.ts';
import type { Services } from '../../platform/resources/services.ts';
import { toArchivedEvent } from '../events/records/archived-event.ts';
import type { Event } from '../events/records/event.ts';
import { readMetrics } from '../events/records/read-events.ts';
import { objectKey } from './keys.ts';
import { pack } from './object.ts';

const PARALLEL = 8;

/**
 * Writes one object per account and day of receipt. Its name is a hash of its event ids: the same batch, delivered
 * again, replaces the object. A different batch is written beside it, and readers skip duplicates by event id.
 */
export const archiveEvents = async (
  events: readonly Event[],
  { table, archive }: Pick<Services, 'table' | 'archive'>,
): Promise<void> => {
  if (events.length === 0) return;
  const metrics = await readMetrics(events, table);
  const files = archive();
  const groups = Map.groupBy(events, ({ account, receivedAt }) => `${account} ${dayOf(receivedAt)}`);
  await inParallel([...groups.values()], PARALLEL, async (group) => {
    const [{ account, receivedAt } = { account: '', receivedAt: '' }] = group;
    const lines = group.map((event) => toArchivedEvent(event, metrics.get(`${account} ${event.metricId}`)));
    const name = createHash('sha256')
      .update(lines.map(({ id }) => id).join('\n'))
      .digest('hex')
      .slice(0, 32);
    await files.write(objectKey(account, dayOf(receivedAt), name), await pack(lines), 'application/gzip');
  });
};
