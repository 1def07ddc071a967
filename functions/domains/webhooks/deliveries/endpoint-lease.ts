import {
  hasLease,
  hasLeaseAsRead,
  isLeased,
  isRenewable,
  leaseEnd,
  leaseMs,
  newLease,
} from '../../../platform/jobs/lease.ts';
import { type Renewal, startRenewal } from '../../../platform/jobs/renewal.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { contentionError } from '../../../platform/retry.ts';
import { update } from '../../../platform/table/write.ts';
import type { Deadline } from '../../../platform/workers/trigger.ts';
import { type Endpoint, endpoints } from './records/store.ts';
import type { EndpointId } from './wake.ts';

type Deps = Pick<Services, 'table' | 'now' | 'newId'>;

const TRIES = 10;

/**
 * Takes the lease of a receiver: one run sends to it at a time, so that a profile's messages keep their order. Undefined
 * if another run has it: that run gets a note that there is more, and looks again before it ends.
 */
export const acquireEndpoint = async (
  id: EndpointId,
  { remainingMs }: Deadline,
  deps: Deps,
): Promise<Endpoint | undefined> => {
  const { table, now } = deps;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const stored = (await table.get(endpoints, id)) ?? { ...id, failures: 0 };
    if (leaseMs(stored, now()) > 0) {
      const { done } = await table.write(
        update(endpoints, id, { set: { hasMore: true }, condition: hasLease(stored) }),
      );
      if (done) return undefined;
      continue;
    }
    const own = newLease(deps, remainingMs());
    const written = await table.write(
      update(endpoints, id, {
        set: { ...id, failures: stored.failures, ...own },
        remove: ['hasMore'],
        upsert: true,
        condition: hasLeaseAsRead(stored),
      }),
    );
    const { hasMore: _, ...rest } = stored;
    if (isLeased(written, own)) return { ...rest, ...own };
  }
  throw contentionError('the lease of a webhook');
};

/** Renews the lease until the run ends. */
export const renewEndpoint = (endpoint: Endpoint, { remainingMs }: Deadline, deps: Deps): Renewal =>
  startRenewal(async () => {
    const leaseUntil = leaseEnd(deps, remainingMs());
    const write = update(endpoints, endpoint, { set: { leaseUntil }, condition: isRenewable(endpoint) });
    return (await deps.table.write(write)).done;
  });

interface Held extends Pick<Endpoint, 'failures' | 'failingSince' | 'openUntil' | 'wakeAt'> {
  /** What the run ended, of what waited. */
  readonly ended: number;
  /** Whether nothing is left, or what is left waits for a handover. */
  readonly left: 'nothing' | 'some' | 'much';
}

/** Stores the state of the receiver and ends the lease. False if there is more to do, or if the lease was lost. */
export const releaseEndpoint = async (
  endpoint: Endpoint,
  { failures, failingSince, openUntil, wakeAt, ended, left }: Held,
  { table, now }: Pick<Deps, 'table' | 'now'>,
): Promise<'released' | 'more' | 'lost'> => {
  const evenIfMore = left === 'much';
  const isCaughtUp = left === 'nothing' && failingSince === undefined;
  const state = { failingSince, openUntil, wakeAt };
  const absent = Object.entries(state).flatMap(([name, value]) => (value === undefined ? [name] : []));
  const hasNoMore = { attribute: 'hasMore', is: 'missing' } as const;
  const written = await table.write(
    update(endpoints, endpoint, {
      set: { failures, ...state, ...(evenIfMore && { behindSince: endpoint.behindSince ?? now().toISOString() }) },
      // Counted only while it is behind.
      ...(!isCaughtUp && endpoint.waiting !== undefined && { add: { waiting: -ended } }),
      remove: [
        ...absent,
        'lease',
        'leaseUntil',
        ...(evenIfMore ? ['hasMore'] : []),
        ...(isCaughtUp ? ['behindSince', 'waiting', 'fullSince'] : []),
      ],
      condition: evenIfMore ? hasLease(endpoint) : { all: [hasLease(endpoint), hasNoMore] },
    }),
  );
  if (written.done) return 'released';
  if (written.existing?.lease !== endpoint.lease) return 'lost';
  const cleared = await table.write(
    update(endpoints, endpoint, { remove: ['hasMore'], condition: hasLease(endpoint) }),
  );
  return cleared.done ? 'more' : 'lost';
};
