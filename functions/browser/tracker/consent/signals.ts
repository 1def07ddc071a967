import { onConsentMode } from '../../loader/consent-platforms.ts';
import type { Consent } from '../../shared/internals.ts';
import { GOOGLE, GPC, type Source, TCF } from './consent.ts';

interface TcData {
  readonly tcString?: string;
  readonly eventStatus?: string;
  readonly gdprApplies?: boolean;
  readonly purpose?: { readonly consents?: Readonly<Record<string, boolean>> };
}

declare global {
  interface Window {
    __tcfapi?: (command: string, version: number, callback: (data: TcData, isOk: boolean) => void) => void;
  }
  interface Navigator {
    readonly globalPrivacyControl?: boolean;
  }
}

/** Follows Google consent mode. */
const followGoogle = (say: (consent: Consent, state: object) => void): void => {
  const state: Record<string, string> = {};
  let isUpdated = false;
  onConsentMode((entry) => {
    const [, command, changes] = Object.values(Object(entry));
    isUpdated ||= command === 'update';
    for (const [type, value] of Object.entries(Object(changes)))
      if (value === 'granted' || value === 'denied') state[type] = value;
    // A default may be followed by an update: until then, denied means undecided.
    const allows = (...types: string[]): boolean | undefined =>
      types.every((type) => state[type] === 'granted') || (isUpdated ? false : undefined);
    say({ analytics: allows('analytics_storage'), marketing: allows('ad_storage', 'ad_user_data') }, state);
  });
};

/** Follows what consent platforms and the browser say. Returns the signals for requests. */
export const followSignals = (say: (source: Source, consent: Consent) => void): (() => object) => {
  const gpc = navigator.globalPrivacyControl || undefined;
  let tc_string: string | undefined;
  let google_consent_mode: object | undefined;
  if (gpc) say(GPC, { marketing: false });

  const followTcf = (): void =>
    window.__tcfapi?.('addEventListener', 2, ({ tcString, eventStatus, gdprApplies, purpose }, isOk) => {
      if (!isOk || gdprApplies === false) return;
      tc_string = tcString || undefined;
      // While its dialog is open, nothing is decided.
      const allows = (...purposes: number[]): boolean | undefined =>
        eventStatus === 'cmpuishown' ? undefined : purposes.every((id) => purpose?.consents?.[id]);
      // 1: store on the device; 8: measure content; 3 and 4: profiles for advertising, and their use.
      say(TCF, { analytics: allows(1, 8), marketing: allows(1, 3, 4) });
    });
  followTcf();
  // A consent platform may load after us. A second listener says the same.
  addEventListener('load', followTcf);
  followGoogle((consent, state) => {
    google_consent_mode = state;
    say(GOOGLE, consent);
  });
  return () => ({ gpc, tc_string, google_consent_mode });
};
