import type { Visitor } from '../../shared/internals.ts';
import type { Store } from '../../shared/store.ts';
import { type Attributes, areOfDifferentPeople, hasIdentifier, mergeAttributes } from './attributes.ts';
import { SEQUENCE, setWithRoom } from './journal.ts';
import { PENDING, type Pending, putPending, readPendings } from './pending.ts';

/** Where the visitor is kept: the cookie. */
export interface Jar {
  get(): Visitor | undefined;
  set(visitor: Visitor): void;
}

export interface IdentityReply {
  readonly exchange_id?: string | undefined;
  readonly should_clear_cookie?: boolean | undefined;
}

const TOKEN = 'p:';

/**
 * Who the events of this browser belong to. A visitor id belongs to one person for ever: another person gets a new one.
 * So an event needs only its visitor id, whenever it is sent.
 */
export const openVisitors = (store: Store, jar: Jar, newId: () => string) => {
  let sequence = SEQUENCE;
  const pendings = (): readonly Pending[] => readPendings(store);
  const latest = (): Pending | undefined => pendings().slice(-1)[0];
  /** The visitor of the cookie, which is set if there is none. */
  const known = (): Visitor => {
    const visitor = jar.get() ?? { cid: newId() };
    if (!jar.get()) jar.set(visitor);
    return visitor;
  };
  const tokenOf = (cid: string): string | undefined => {
    const visitor = jar.get();
    return (visitor?.cid === cid && visitor.token) || store.get(TOKEN + cid);
  };
  const give = (cid: string, token: string): void => setWithRoom(store, TOKEN + cid, token);
  const become = (cid: string, token: string): void => {
    give(cid, token);
    jar.set({ cid, token });
  };

  return {
    pendings,
    known,
    tokenOf,
    give,
    become,
    /** The visitor id for an event that happens now. */
    current: (): string => (latest() ?? known()).cid,

    /** Notes an `identify` and returns its id; undefined if it says nothing about anybody. */
    add: (attributes: Attributes, time: number): string | undefined => {
      const last = latest();
      const { cid, token } = known();
      const isSame = last && !areOfDifferentPeople(last.attributes, attributes);
      if (!last && !token && !hasIdentifier(attributes)) return undefined;
      // The reply will tell whether it is another person.
      const isPerhapsAnother = last ?? (token && hasIdentifier(attributes));
      const pending = isSame
        ? { ...last, attributes: mergeAttributes(last.attributes, attributes) }
        : { id: `${PENDING}${time}${sequence++}${newId()}`, cid: isPerhapsAnother ? newId() : cid, time, attributes };
      putPending(store, pending);
      return pending.id;
    },

    /** Takes the token of a form's reply. It may be another person's: with a token already there, nothing says whose it is. */
    identified: (token: string): void => {
      const visitor = known();
      if (visitor.token !== token) become(visitor.token ? newId() : visitor.cid, token);
    },

    /**
     * Gives the person of the cookie what happened under visitor ids that nobody can have any more: two pages that load
     * at the same time both make one, and a cookie can vanish.
     */
    adopt: (cids: readonly string[]): void => {
      const token = jar.get()?.token;
      const waiting = new Set(pendings().map(({ cid }) => cid));
      if (token) for (const cid of new Set(cids)) if (!tokenOf(cid) && !waiting.has(cid)) give(cid, token);
    },

    /** Removes the tokens of visitors without events. */
    prune: (cids: ReadonlySet<string>): void => {
      const inUse = new Set([...cids, ...pendings().map(({ cid }) => cid), jar.get()?.cid]);
      for (const key of store.keys(TOKEN)) if (!inUse.has(key.slice(TOKEN.length))) store.remove(key);
    },
  };
};

export type Visitors = ReturnType<typeof openVisitors>;
