import { isDeepStrictEqual } from 'node:util';
import { setMember } from '../../../model/properties.ts';
import type { Content } from '../records/change.ts';
import { type Profile, textFields } from '../records/profile.ts';

type Location = NonNullable<Profile['location']>;
/** A profile's content, and which parts of it came from its sources. */
export type MergedContent = Content & Pick<Profile, 'filled' | 'ownLocation'>;

/**
 * The content of a profile after others were merged into it. Its own values stay. Missing ones come from the first
 * source that has them. Its location is the most complete one, with the time zone of the last source that has one.
 */
export const fillFromSources = (own: Content & Pick<Profile, 'filled'>, sources: readonly Profile[]): MergedContent => {
  const { filled: _, ...mine } = own;
  const next: { -readonly [K in keyof MergedContent]: MergedContent[K] } = { ...mine };
  const filled = clearedFields(own.filled);
  const properties = { ...own.properties };
  for (const source of sources) {
    for (const field of textFields) {
      if (next[field] !== undefined || source[field] === undefined || Object.hasOwn(filled, field)) continue;
      next[field] = source[field];
      filled[field] = source.id;
    }
    for (const [name, value] of Object.entries(source.properties)) {
      if (Object.hasOwn(properties, name) || Object.hasOwn(filled, propertyKey(name))) continue;
      setMember(properties, name, value);
      filled[propertyKey(name)] = source.id;
    }
  }
  next.properties = properties;
  const location = sources.reduce<Location | undefined>(
    (best, source) => fullerLocation(best, source.location),
    own.location,
  );
  if (location) next.location = location;
  if (!isDeepStrictEqual(location, own.location)) next.ownLocation = own.location ?? {};
  if (Object.keys(filled).length > 0) next.filled = filled;
  return next;
};

/** Stands for the source of a value that a call has cleared: sources must not fill it again. */
const CLEARED = '';

const clearedFields = (filled: Profile['filled']): Record<string, string> =>
  Object.fromEntries(Object.entries(filled ?? {}).filter(([, source]) => source === CLEARED));

const propertyKey = (name: string): string => `properties.${name}`;

const fullerLocation = (a: Location | undefined, b: Location | undefined): Location | undefined => {
  if (!a || !b) return a ?? b;
  const best = Object.keys(b).length > Object.keys(a).length ? b : a;
  return { ...best, ...(b.timezone !== undefined && { timezone: b.timezone }) };
};

/** The content of a profile without what came from sources. */
export const ownContent = (profile: Profile): Content & Pick<Profile, 'filled'> => {
  const { filled = {}, ownLocation } = profile;
  const cleared = clearedFields(filled);
  const own: { -readonly [K in keyof MergedContent]: MergedContent[K] } = {
    ...(Object.keys(cleared).length > 0 && { filled: cleared }),
    properties: Object.fromEntries(
      Object.entries(profile.properties).filter(([name]) => !Object.hasOwn(filled, propertyKey(name))),
    ),
  };
  for (const field of textFields)
    if (!Object.hasOwn(filled, field) && profile[field] !== undefined) own[field] = profile[field];
  const location = ownLocation ?? profile.location;
  if (location && Object.keys(location).length > 0) own.location = location;
  return own;
};

/** Updates the origins of values after a call: what the call set belongs to the profile from now on. */
export const trackOrigins = (before: Profile, after: Content): Pick<MergedContent, 'filled' | 'ownLocation'> => {
  const { filled = {}, ownLocation, sources = [] } = before;
  if (sources.length === 0 && Object.keys(filled).length === 0) return {};
  const origins = [...new Set([...Object.keys(filled), ...contentKeys(before)])].flatMap((key): [string, string][] => {
    const [valueBefore, valueAfter, source] = [valueAt(before, key), valueAt(after, key), filled[key]];
    if (valueAfter === undefined) return valueBefore === undefined && source === undefined ? [] : [[key, CLEARED]];
    return source !== undefined && isDeepStrictEqual(valueBefore, valueAfter) ? [[key, source]] : [];
  });
  return {
    ...(origins.length > 0 && { filled: Object.fromEntries(origins) }),
    ...(ownLocation && isDeepStrictEqual(before.location, after.location) && { ownLocation }),
  };
};

const contentKeys = (content: Content): string[] => [
  ...textFields.filter((field) => content[field] !== undefined),
  ...Object.keys(content.properties).map(propertyKey),
];

const valueAt = (content: Content, key: string): unknown => {
  const field = textFields.find((name) => name === key);
  if (field) return content[field];
  const name = key.slice(propertyKey('').length);
  return Object.hasOwn(content.properties, name) ? content.properties[name] : undefined;
};
