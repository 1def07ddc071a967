import { allTopics, type Consent, type Topic } from '../../consent/records/consent.ts';
import type { Subscriptions } from '../../consent/state/subscriptions.ts';

/** The current state of one topic. */
export interface TopicState extends Topic {
  readonly status: string;
  readonly at: string;
}

/** The column of a topic that imports read, such as `SMS Marketing Consent`. */
export const consentColumn = ({ channel, type }: Topic): string =>
  `${names[channel] ?? capitalized(channel)} ${type.split('_').map(capitalized).join(' ')} Consent`;

const names: Partial<Record<Topic['channel'], string>> = { sms: 'SMS', whatsapp: 'WhatsApp' };
const capitalized = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

export const consentColumns = allTopics.flatMap((topic) => [consentColumn(topic), `${consentColumn(topic)} Timestamp`]);

/** The cells of a change or state of a topic. Undefined if imports have no word for its status. */
export const consentCells = ({ status, at, ...topic }: TopicState): Readonly<Record<string, string>> | undefined => {
  const word = words[status];
  if (word === undefined) return undefined;
  return { [consentColumn(topic)]: word, [`${consentColumn(topic)} Timestamp`]: at };
};

const words: Readonly<Record<string, string>> = { SUBSCRIBED: 'Subscribed', UNSUBSCRIBED: 'Unsubscribed' };

interface Stated {
  readonly consent: string;
  readonly consent_timestamp: string | null;
}

/** The topics that a person has decided on. */
export const topicStates = (
  { email, sms, whatsapp, mobile_push }: Subscriptions,
  sharing: Consent | undefined,
): TopicState[] => {
  const stated: readonly (readonly [Topic['channel'], Topic['type'], Stated])[] = [
    ['email', 'marketing', email.marketing],
    ['email', 'open_tracking', email.open_tracking],
    ['email', 'click_tracking', email.click_tracking],
    ['sms', 'marketing', sms.marketing],
    ['sms', 'transactional', sms.transactional],
    ['whatsapp', 'marketing', whatsapp.marketing],
    ['whatsapp', 'transactional', whatsapp.transactional],
    ['whatsapp', 'conversational', whatsapp.conversational],
    ['push', 'marketing', mobile_push.marketing],
  ];
  return [
    ...stated.flatMap(([channel, type, { consent, consent_timestamp: at }]): TopicState[] =>
      at === null ? [] : [{ channel, type, status: consent, at: new Date(at).toISOString() }],
    ),
    ...(sharing ? [{ channel: 'sharing', type: 'advertising', status: sharing.status, at: sharing.at } as const] : []),
  ];
};
