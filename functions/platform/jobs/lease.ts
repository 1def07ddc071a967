import type { Services } from '../resources/services.ts';
import type { Condition } from '../table/expression.ts';
import type { WriteResult } from '../table/writes.ts';
import { LEASE_MS } from './renewal.ts';

/** The run that owns an item, and until when no other run may take it. */
export interface Lease {
  readonly lease?: string | undefined;
  readonly leaseUntil?: string | undefined;
}

/** Allows for clocks that differ. */
const MARGIN_MS = 5_000;

/** When to look again at a lease that another run has just taken. */
export const JUST_TAKEN_MS = 5_000;

/** The attributes to remove when a job ends. */
export const leaseAttributes = ['lease', 'leaseUntil'] as const;

/** Milliseconds until a lease ends; 0 where there is none. */
export const leaseMs = ({ leaseUntil }: Lease, now: Date): number =>
  leaseUntil === undefined ? 0 : Math.max(0, Date.parse(leaseUntil) - now.getTime());

/** When a lease ends that begins or is renewed now. No run outlives its function. */
export const leaseEnd = ({ now }: Pick<Services, 'now'>, remainingMs: number): string =>
  new Date(now().getTime() + Math.min(LEASE_MS, remainingMs + MARGIN_MS)).toISOString();

export const newLease = (services: Pick<Services, 'now' | 'newId'>, remainingMs: number) => ({
  lease: services.newId(),
  leaseUntil: leaseEnd(services, remainingMs),
});

export const hasLease = ({ lease }: Lease): Condition => ({ attribute: 'lease', is: '=', value: lease });

/** Holds until the lease is released. A released lease can stay in the item, without its end. */
export const isRenewable = (lease: Lease): Condition => ({
  all: [hasLease(lease), { attribute: 'leaseUntil', is: 'set' }],
});

/** Holds if no run has taken a lease since the item was read. */
export const hasLeaseAsRead = (read: Lease): Condition =>
  read.lease === undefined ? { attribute: 'lease', is: 'missing' } : hasLease(read);

/** A response can be lost. The SDK then repeats the write, which fails because our own lease is stored. */
export const isLeased = (written: WriteResult, { lease }: Lease): boolean =>
  written.done || written.existing?.lease === lease;

const FIRST_RETRY_SECONDS = 20;

/**
 * When to ask for a lease again, after `asked` refusals before this one. The owner may release it at any moment, or may be
 * dead. Each delay is four times the one before, but no longer than the lease.
 */
export const retrySeconds = (leasedForMs: number, asked: number): number =>
  Math.min(Math.ceil(leasedForMs / 1_000), FIRST_RETRY_SECONDS * 4 ** Math.min(asked, 5), 900);
