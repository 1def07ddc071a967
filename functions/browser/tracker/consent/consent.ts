import type { Consent } from '../../shared/internals.ts';

/** Who may say what is allowed, the strongest last. */
export const MODE = 0;
export const TCF = 1;
export const GOOGLE = 2;
export const GPC = 3;
export const EXPLICIT = 4;
export type Source = typeof MODE | typeof TCF | typeof GOOGLE | typeof GPC | typeof EXPLICIT;

/** The consent of the visitor, from what several sources say. */
export const openConsent = (onSaid: (consent: Consent) => void) => {
  const said: Consent[] = [];
  let current: Consent = {};

  return {
    current: (): Consent => current,
    /** A source that says `undefined` of something has not decided; what it leaves out is for weaker sources. */
    say: (source: Source, consent: Consent): void => {
      said[source] = consent;
      current = Object.assign({}, ...said);
      onSaid(current);
    },
  };
};
