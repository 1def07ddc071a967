import type { EventDraft } from '../../../domains/events/draft.ts';
import { EventProperties } from '../../../domains/events/records/event.ts';
import { DEFAULT_SERVICE } from '../../../domains/events/records/metric.ts';
import type { ProfilePart } from '../../../domains/profiles/records/profile-parts.ts';
import type { Account } from '../../../model/account.ts';
import { parseForAccount } from '../../../model/checks.ts';
import type { Problem } from '../../../platform/errors.ts';
import type { Call } from './call.ts';
import { readCommerce } from './commerce.ts';
import { contextProperties } from './context.ts';
import { metricNameOf } from './metrics.ts';
import { personOfCall } from './person.ts';
import { problemsBelow } from './problems.ts';

/** The event of a track, page, screen or group call, or the problems of its properties. */
export const draftOf = (call: Call, settings: Account): EventDraft | { problems: readonly Problem[] } => {
  const { index, messageId, time, properties: own = {}, context = {} } = call;
  const metric = metricOf(call, settings);
  const { value, currency, properties } = readCommerce(metric, own);
  const all = { ...contextProperties(context), ...properties, ...callProperties(call), ...own };
  const { issues } = parseForAccount(settings, EventProperties, all);
  if (issues) return { problems: problemsBelow([index, 'properties'], issues) };
  return {
    person: personOfCall(call, settings),
    metric: { name: metric, service: DEFAULT_SERVICE },
    ...(time && { time, isTimeApproximate: true }),
    properties: all,
    ...(value !== undefined && { value }),
    ...(currency !== undefined && { valueCurrency: currency }),
    ...(messageId !== undefined && { uniqueId: messageId }),
    backfill: false,
    pointers: {
      event: `/${index}`,
      metric: `/${index}/event`,
      time: `/${index}/timestamp`,
      uniqueId: `/${index}/messageId`,
      person: (part) => `/${index}${personPlaces[part]}`,
    },
  };
};

const metricOf = ({ type, event = '' }: Call, settings: Account): string => {
  switch (type) {
    case 'page':
      return 'Viewed Page';
    case 'screen':
      return 'Viewed Screen';
    case 'group':
      return 'Joined Group';
    default:
      return metricNameOf(event, settings);
  }
};

/** What a call has beside its properties. */
const callProperties = ({ type, name, category, groupId, traits = {} }: Call) => ({
  ...(type !== 'track' && name !== undefined && { name }),
  ...(type !== 'track' && category !== undefined && { category }),
  ...(type === 'group' && { ...traits, group_id: groupId }),
});

const personPlaces: Readonly<Record<ProfilePart, string>> = {
  id: '/userId',
  attributes: '',
  external_id: '/userId',
  email: '/traits/email',
  phone_number: '/traits/phone',
  anonymous_id: '/anonymousId',
  kx: '',
  properties: '/traits',
  addedEmails: '',
  removedEmails: '',
};
