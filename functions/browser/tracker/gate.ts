import type { Config } from '../shared/config.ts';
import { openStore } from '../shared/store.ts';
import { openConsent } from './consent.ts';
import { openCookie } from './cookie.ts';
import { openHeld } from './held.ts';
import { followSignals } from './signals.ts';
import { postCookie } from './transport.ts';

interface Changes {
  readonly allow: () => void;
  readonly dropBackfill: () => void;
}

/** What needs consent to analytics: storage, the cookie, and calls. */
export const openGate = (config: Config, base: string, changes: Changes) => {
  const held = openHeld();
  const isAllowed = (): boolean => config.tracking && consent.current().analytics === true;
  const local = openStore(() => localStorage, isAllowed);
  const session = openStore(() => sessionStorage, isAllowed);
  const cookie = openCookie((value, domain) => {
    if (config.httpCookie) postCookie(base, config.company, { value, domain });
  });
  const consent = openConsent(({ analytics, marketing }) => {
    if (analytics === false) {
      held.drop();
      cookie.clear();
      local.clear();
      session.clear();
    } else if (isAllowed()) {
      if (marketing === false) changes.dropBackfill();
      local.persist();
      session.persist();
      held.release();
      changes.allow();
    }
  });
  return {
    isAllowed,
    local,
    session,
    cookie,
    consent,
    signals: followSignals(consent.say),
    /** Runs what needs consent: now, after consent, or never. */
    run: async <T>(action: () => Promise<T>): Promise<T | false> => {
      if (isAllowed()) return action();
      return config.tracking && consent.current().analytics === undefined && held.hold(action);
    },
  };
};
