import { parseJson } from '../../shared/attempt.ts';
import type { Store } from '../../shared/store.ts';
import type { Attributes } from './attributes.ts';
import { setWithRoom } from './journal.ts';

/** An `identify` without a reply so far. It outlives a reload, so that the events after it reach its person. */
export interface Pending {
  /** Its key in the store: one of its own, so that two tabs never write the same one. Keys sort by time. */
  readonly id: string;
  /** The visitor id of the person, and of the events from now on. */
  readonly cid: string;
  readonly time: number;
  readonly attributes: Attributes;
}

export const PENDING = 'i:';

export const readPendings = (store: Store): readonly Pending[] =>
  store
    .keys(PENDING)
    .sort()
    .flatMap((key) => parseJson<Pending | []>(store.get(key), []));

/** Adds an `identify`, or what it says more. */
export const putPending = (store: Store, pending: Pending): void =>
  setWithRoom(store, pending.id, JSON.stringify(pending));

/** Ends an `identify`, unless more was said meanwhile: then that is sent as well. */
export const settlePending = (store: Store, sent: Pending): void => {
  if (store.get(sent.id) === JSON.stringify(sent)) store.remove(sent.id);
};
