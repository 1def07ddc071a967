import type { Services } from '../resources/services.ts';
import type { Condition } from '../table/expression.ts';
import type { WriteResult } from '../table/writes.ts';

/** The run that owns an item, and until when no other run may take it. */
export interface Lease {
  readonly lease?: string | undefined;
  readonly leaseUntil?: string | undefined;
}

/** Allows for clocks that differ. */
export const MARGIN_MS = 5_000;

/** The attributes to remove when a job ends. */
export const leaseAttributes = ['lease', 'leaseUntil'] as const;

/** Milliseconds until a lease ends; 0 where there is none. */
export const leaseMs = ({ leaseUntil }: Lease, now: Date): number =>
  leaseUntil === undefined ? 0 : Math.max(0, Date.parse(leaseUntil) - now.getTime());

/** A lease lasts as long as the function can run. No run outlives its function, so a lease needs no renewal. */
export const newLease = ({ now, newId }: Pick<Services, 'now' | 'newId'>, forMs: number) => ({
  lease: newId(),
  leaseUntil: new Date(now().getTime() + forMs).toISOString(),
});

export const hasLease = ({ lease }: Lease): Condition => ({ attribute: 'lease', is: '=', value: lease });

/** Holds if no run has taken a lease since the item was read. */
export const hasLeaseAsRead = (read: Lease): Condition =>
  read.lease === undefined ? { attribute: 'lease', is: 'missing' } : hasLease(read);

/** A response can be lost. The SDK then repeats the write, which fails because our own lease is stored. */
export const isLeased = (written: WriteResult, { lease }: Lease): boolean =>
  written.done || written.existing?.lease === lease;

const FIRST_RETRY_SECONDS = 20;

/**
 * When to ask for a lease again, after `asked` refusals before this one. The owner may release it at any moment, or may be
 * dead. Each delay is four times the one before, so a lease of 15 minutes takes four requests.
 */
export const retrySeconds = (leasedForMs: number, asked: number): number =>
  Math.min(Math.ceil(leasedForMs / 1_000), FIRST_RETRY_SECONDS * 4 ** Math.min(asked, 5), 900);
