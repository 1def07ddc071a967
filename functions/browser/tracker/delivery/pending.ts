import { parseJson } from '../../shared/attempt.ts';
import type { Store } from '../../shared/store.ts';
import type { Attributes } from './attributes.ts';
import { setWithRoom } from './journal.ts';

/** An `identify` without a reply so far. It outlives a reload, so that the events after it reach its person. */
export interface Pending {
  readonly id: string;
  /** The visitor id of the person, and of the events from now on. */
  readonly cid: string;
  readonly time: number;
  readonly attributes: Attributes;
}

const KEY = 'i';

export const readPendings = (store: Store): readonly Pending[] => parseJson<Pending[]>(store.get(KEY), []);

const save = (store: Store, pendings: readonly Pending[]): void => {
  if (pendings.length > 0) setWithRoom(store, KEY, JSON.stringify(pendings));
  else store.remove(KEY);
};

/** Adds an `identify`, or what it says more. */
export const putPending = (store: Store, pending: Pending): void =>
  save(store, [...readPendings(store).filter(({ id }) => id !== pending.id), pending]);

/** Ends an `identify`, unless more was said meanwhile: then that is sent as well. */
export const settlePending = (store: Store, sent: Pending): void =>
  save(
    store,
    readPendings(store).filter((one) => JSON.stringify(one) !== JSON.stringify(sent)),
  );
