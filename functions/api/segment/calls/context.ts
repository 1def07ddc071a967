import type { Properties } from '../../../model/properties.ts';
import { isRecord } from '../../../platform/json/is-record.ts';

/** The members of `context` that an event keeps. The rest repeats the call, or is of no use to a shop. */
const keptMembers = [
  'active',
  'app',
  'channel',
  'consent',
  'device',
  'groupId',
  'ip',
  'library',
  'locale',
  'network',
  'os',
  'page',
  'referrer',
  'screen',
  'timezone',
  'userAgent',
  'userAgentData',
] as const;

/** What `context` adds to the properties of an event. The call's own properties win. */
export const contextProperties = (context: Properties): Properties => {
  const campaign = recordIn(context, 'campaign');
  const utm = Object.entries(campaign).map(([name, value]) => [`utm_${name === 'name' ? 'campaign' : name}`, value]);
  const kept = keptMembers.flatMap((name) => {
    const value = context[name];
    return Object.hasOwn(context, name) && !isEmpty(value) ? [[name, value] as const] : [];
  });
  return { ...Object.fromEntries(utm), ...(kept.length > 0 && { context: Object.fromEntries(kept) }) };
};

/** A member that is an object, or an empty one. */
export const recordIn = (of: Properties, name: string): Properties => {
  const value = Object.hasOwn(of, name) ? of[name] : undefined;
  return isRecord(value) ? value : {};
};

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (isRecord(value) && Object.keys(value).length === 0);
