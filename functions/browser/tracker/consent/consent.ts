import type { Consent } from '../../shared/internals.ts';

/** What may be set by whom, the last of them wins. */
const sources = ['mode', 'tcf', 'google', 'gpc', 'explicit'] as const;
export type Source = (typeof sources)[number];

const UNDECIDED: Consent = { analytics: undefined, marketing: undefined };

/** The consent of the visitor, from what several sources say. */
export const openConsent = (onSaid: (consent: Consent) => void) => {
  const said: Partial<Record<Source, Partial<Consent>>> = {};
  let current = UNDECIDED;

  return {
    current: (): Consent => current,
    /** A source that says `undefined` of something has not decided; what it leaves out is for weaker sources. */
    say: (source: Source, consent: Partial<Consent>): void => {
      said[source] = consent;
      current = Object.assign({}, UNDECIDED, ...sources.map((one) => said[one]));
      onSaid(current);
    },
  };
};
