import { allTopics, type Topic } from './records/consent.ts';

/** The consent that an entry of a call asked for, for its receipt. */
export interface AskedConsent {
  readonly isOptIn: boolean;
  readonly topics: readonly Topic[];
}

const CODE = /^([su])([0-9a-f]{3})$/;

/** Four characters: `s` or `u` for subscribed or unsubscribed, and the topics as bits. */
export const consentCode = ({ isOptIn, topics }: AskedConsent): string => {
  const bits = allTopics.reduce((sum, { channel, type }, bit) => {
    const isAsked = topics.some((one) => one.channel === channel && one.type === type);
    return isAsked ? sum + 2 ** bit : sum;
  }, 0);
  return `${isOptIn ? 's' : 'u'}${bits.toString(16).padStart(3, '0')}`;
};

export const readConsentCode = (code: string): AskedConsent | undefined => {
  const [, to, bits = ''] = CODE.exec(code) ?? [];
  if (to === undefined) return undefined;
  const asked = Number.parseInt(bits, 16);
  return { isOptIn: to === 's', topics: allTopics.filter((_, bit) => Math.floor(asked / 2 ** bit) % 2 === 1) };
};

/** The id of a consent in a receipt: the code, then the profile. */
export const consentReference = (
  isOptIn: boolean,
  { profileId, topics }: { readonly profileId: string; readonly topics: readonly Topic[] },
): string => consentCode({ isOptIn, topics }) + profileId;

export const CODE_LENGTH = 4;

/** In the place of a code: the id is that of an opt-in, which waits for its confirmation. */
export const OPT_IN = 'optn';
