/** How long a lease lasts without a renewal. The work of a worker that was killed is taken over after it. */
export const LEASE_MS = 60_000;
/** How often a worker renews its leases. Two renewals in a row may fail. */
const RENEWAL_MS = 20_000;
/** The work stops so long before the lease ends: a request may be under way. */
const FENCE_MS = 10_000;

/** Ends a run that could not renew its lease: another run may have begun. */
export class LeaseLapsed extends Error {
  override readonly name = 'LeaseLapsed';
}

export interface Renewal {
  /** Call it before a write. @throws LeaseLapsed if the lease may have ended */
  check(): void;
  /** Call it when the lease is released. Later checks pass. */
  stop(): void;
}

/**
 * Renews a lease by timer. `renew` returns false if another worker has the lease. The check goes by the clock of the
 * machine, also where a caller has another one: a process that was suspended must not continue.
 */
export const startRenewal = (renew: () => Promise<boolean>, everyMs = RENEWAL_MS): Renewal => {
  let renewedAt = Date.now();
  let isRenewing = false;
  const renewOnce = async (): Promise<void> => {
    if (isRenewing) return;
    isRenewing = true;
    const at = Date.now();
    try {
      if (await renew()) renewedAt = at;
    } catch {
      // The next renewal may succeed. If none does, the check fails.
    }
    isRenewing = false;
  };
  const timer = setInterval(() => void renewOnce(), everyMs);
  timer.unref();
  let isStopped = false;
  return {
    check: () => {
      if (!isStopped && Date.now() - renewedAt > LEASE_MS - FENCE_MS) throw new LeaseLapsed();
    },
    stop: () => {
      isStopped = true;
      clearInterval(timer);
    },
  };
};

/** The object, with a check before each use of a member. */
export const withCheck = <Of extends object>(of: Of, { check }: Pick<Renewal, 'check'>): Of =>
  new Proxy(of, {
    get: (target, name, receiver) => {
      check();
      return Reflect.get(target, name, receiver);
    },
  });
