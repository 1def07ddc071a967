import type { RequestContext } from '../http/context.ts';
import type { Condition } from '../table/expression.ts';
import type { WriteResult } from '../table/writes.ts';

/** Who works on an item, and until when nobody else may. */
export interface Lease {
  readonly lease?: string | undefined;
  readonly leaseUntil?: string | undefined;
}

/** For the difference of clocks. */
export const MARGIN_MS = 5_000;

/** The attributes to remove when it ends. */
export const freed = ['lease', 'leaseUntil'] as const;

/** How long until a lease ends that is still held. */
export const heldMs = ({ leaseUntil }: Lease, now: Date): number =>
  leaseUntil === undefined ? 0 : Math.max(0, Date.parse(leaseUntil) - now.getTime());

/** No run outlives its function, so a lease lasts as long as that may, and needs no renewal. */
export const taken = ({ now, newId }: Pick<RequestContext, 'now' | 'newId'>, forMs: number) => ({
  lease: newId(),
  leaseUntil: new Date(now().getTime() + forMs).toISOString(),
});

export const isOf = ({ lease }: Lease): Condition => ({ attribute: 'lease', is: '=', value: lease });

/** Nobody has taken it since it was read. */
export const isFree = (read: Lease): Condition =>
  read.lease === undefined ? { attribute: 'lease', is: 'missing' } : isOf(read);

/** The answer to a lease can be lost, and the SDK asks again: then what is there is our own. */
export const isTaken = (written: WriteResult, { lease }: Lease): boolean =>
  written.done || written.existing?.lease === lease;

const FIRST_ASKED_SECONDS = 20;

/**
 * How long somebody waits who is refused a lease for the `asked`th time, counted from 0: its holder may let it go at any
 * moment, or have died. Each wait is four times the one before, so that a lease of 15 minutes is asked for four times.
 */
export const askAgainSeconds = (heldForMs: number, asked: number): number =>
  Math.min(Math.ceil(heldForMs / 1_000), FIRST_ASKED_SECONDS * 4 ** Math.min(asked, 5), 900);
