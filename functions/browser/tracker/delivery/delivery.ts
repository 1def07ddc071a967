import type { Store } from '../../shared/store.ts';
import type { BackOff } from './back-off.ts';
import type { Journal, Limits } from './journal.ts';
import type { IdentityReply, Jar, Visitors } from './visitor.ts';
import type { Waiters } from './waiters.ts';

/** The reply to a request; `status` is 0 if there was none. */
export interface Reply {
  readonly status: number;
  readonly retryAfterMs?: number | undefined;
  readonly meta?: IdentityReply | undefined;
}

export interface QueueDeps {
  readonly store: Store;
  readonly jar: Jar;
  /** Runs the work while no other tab runs any. */
  readonly lock: (work: () => Promise<void>) => Promise<void>;
  readonly send: (path: string, body: string) => Promise<Reply>;
  readonly now: () => number;
  readonly newId: () => string;
  readonly later: (ms: number, work: () => void) => void;
  /** The signals of the page, which go along. */
  readonly signals: () => object;
  readonly limits: Limits;
}

/** The parts of a queue. */
export interface Parts {
  readonly deps: QueueDeps;
  readonly journal: Journal;
  readonly visitors: Visitors;
  readonly waiters: Waiters;
  readonly backOff: BackOff;
}

export const isAccepted = ({ status }: Reply): boolean => status >= 200 && status < 300;
/** The same request would be refused again. */
export const isRefused = ({ status }: Reply): boolean => [400, 413, 422].includes(status);

/** The person of a visitor id, as requests name it. */
export const personOf = ({ visitors, deps }: Parts, cid: string) => ({
  attributes: {
    _kx: visitors.tokenOf(cid),
    // Other visitor ids are of earlier persons, or perhaps the same person: they must not become aliases.
    anonymous_id: deps.jar.get()?.cid === cid ? cid : undefined,
  },
  signals: deps.signals(),
});
