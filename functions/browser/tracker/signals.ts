import type { Consent } from '../shared/internals.ts';
import type { Source } from './consent.ts';

interface TcData {
  readonly tcString?: string;
  readonly eventStatus?: string;
  readonly gdprApplies?: boolean;
  readonly purpose?: { readonly consents?: Readonly<Record<string, boolean>> };
}

declare global {
  interface Window {
    __tcfapi?: (command: string, version: number, callback: (data: TcData, isOk: boolean) => void) => void;
    dataLayer?: unknown[];
  }
  interface Navigator {
    readonly globalPrivacyControl?: boolean;
  }
}

type Say = (source: Source, consent: Partial<Consent>) => void;

const TC_STRING = /^C[\w-]{35,4000}(\.[\w-]+)*$/;
/** Store on the device; measure content. */
const ANALYTICS_PURPOSES = [1, 8];
/** Store on the device; profiles for advertising, and their use. */
const MARKETING_PURPOSES = [1, 3, 4];
const GOOGLE_TYPE = /^ad_|_storage$/;

/** Follows what consent platforms and the browser say. Returns the signals for requests. */
export const followSignals = (say: Say): (() => object | undefined) => {
  const gpc = navigator.globalPrivacyControl === true;
  let tcString: string | undefined;
  const google: Record<string, unknown> = {};
  if (gpc) say('gpc', { marketing: false });

  let isFollowingTcf = false;
  const followTcf = (): void => {
    if (isFollowingTcf || !window.__tcfapi) return;
    isFollowingTcf = true;
    window.__tcfapi('addEventListener', 2, (data, isOk) => {
      if (!isOk || data.gdprApplies === false) return;
      if (data.tcString && TC_STRING.test(data.tcString)) tcString = data.tcString;
      // While its dialog is open, nothing is decided.
      if (data.eventStatus === 'cmpuishown') return say('tcf', { analytics: undefined, marketing: undefined });
      const allows = (purposes: number[]): boolean => purposes.every((id) => data.purpose?.consents?.[id]);
      say('tcf', { analytics: allows(ANALYTICS_PURPOSES), marketing: allows(MARKETING_PURPOSES) });
    });
  };
  followTcf();
  // A consent platform may load after us.
  addEventListener('load', followTcf);

  let isGoogle = false;
  let isUpdated = false;
  const readGoogle = (entry: unknown): void => {
    // `gtag` adds its arguments, which are no array.
    const [kind, command, state]: unknown[] = Object.values(entry ?? {});
    if (kind !== 'consent' || typeof state !== 'object' || state === null) return;
    isGoogle = true;
    isUpdated ||= command === 'update';
    for (const [type, value] of Object.entries(state))
      if (GOOGLE_TYPE.test(type) && /^(granted|denied)$/.test(String(value))) google[type] = value;
    // A default may be followed by an update: until then, denied means undecided.
    const allows = (...types: string[]): boolean | undefined =>
      types.every((type) => google[type] === 'granted') ? true : isUpdated ? false : undefined;
    say('google', { analytics: allows('analytics_storage'), marketing: allows('ad_storage', 'ad_user_data') });
  };
  window.dataLayer ??= [];
  const { dataLayer } = window;
  for (const entry of dataLayer) readGoogle(entry);
  const { push } = dataLayer;
  dataLayer.push = (...entries) => {
    for (const entry of entries) readGoogle(entry);
    return push.apply(dataLayer, entries);
  };

  return () =>
    gpc || tcString || isGoogle
      ? { gpc: gpc || undefined, tc_string: tcString, google_consent_mode: isGoogle ? google : undefined }
      : undefined;
};
