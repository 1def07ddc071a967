import type { Config } from '../../shared/config.ts';
import type { Consent } from '../../shared/internals.ts';
import { openStore } from '../../shared/store.ts';
import { postCookie } from '../delivery/transport.ts';
import { openCookie } from '../visitor/cookie.ts';
import { openConsent } from './consent.ts';
import { openHeld } from './held.ts';

/** What needs consent to analytics: storage, the cookie, and calls. */
export const openGate = (config: Config, base: string, onAllowed: (consent: Consent) => void) => {
  const held = openHeld();
  const isAllowed = (): boolean => config.tracking && consent.current().analytics === true;
  const local = openStore(() => localStorage, isAllowed);
  const session = openStore(() => sessionStorage, isAllowed);
  const cookie = openCookie((value, domain) => {
    if (config.httpCookie) postCookie(base, config.company, { value, domain });
  });
  const consent = openConsent((current) => {
    if (current.analytics === false) {
      held.decide(false);
      cookie.clear();
      local.clear();
      session.clear();
    } else if (isAllowed()) {
      local.persist();
      session.persist();
      held.decide(true);
      onAllowed(current);
    }
  });
  return {
    isAllowed,
    local,
    session,
    cookie,
    consent,
    /** Runs what needs consent: now, after consent, or never. */
    run: async <T>(action: () => Promise<T>): Promise<T | false> => {
      const isUndecided = config.tracking && consent.current().analytics === undefined;
      return (isAllowed() || (isUndecided && (await held.wait()))) && action();
    },
  };
};
