import { isDeepStrictEqual } from 'node:util';
import { setMember } from '../../../model/properties.ts';
import type { Content } from '../records/change.ts';
import { type Profile, textFields } from '../records/profile.ts';

type Location = NonNullable<Profile['location']>;
/** Besides a profile's content, what of it came from others. */
export type Mixed = Content & Pick<Profile, 'filled' | 'ownLocation'>;

/**
 * What a profile holds once others have been merged into it, in their order: its own values stand, gaps are filled by the
 * first that has a value. Its location is the fullest of all, with the time zone of the last that tells one.
 */
export const withSources = (own: Content & Pick<Profile, 'filled'>, sources: readonly Profile[]): Mixed => {
  const { filled: _, ...mine } = own;
  const next: { -readonly [K in keyof Mixed]: Mixed[K] } = { ...mine };
  const filled = onlyCleared(own.filled);
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
  const location = sources.reduce<Location | undefined>((best, source) => fuller(best, source.location), own.location);
  if (location) next.location = location;
  if (!isDeepStrictEqual(location, own.location)) next.ownLocation = own.location ?? {};
  if (Object.keys(filled).length > 0) next.filled = filled;
  return next;
};

/** In place of the source of a value that a call has cleared: it is not to be filled again. */
const CLEARED = '';

const onlyCleared = (filled: Profile['filled']): Record<string, string> =>
  Object.fromEntries(Object.entries(filled ?? {}).filter(([, source]) => source === CLEARED));

const propertyKey = (name: string): string => `properties.${name}`;

const fuller = (a: Location | undefined, b: Location | undefined): Location | undefined => {
  if (!a || !b) return a ?? b;
  const best = Object.keys(b).length > Object.keys(a).length ? b : a;
  return { ...best, ...(b.timezone !== undefined && { timezone: b.timezone }) };
};

/** What of a profile's content is its own: without what came from sources. */
export const ownContent = (profile: Profile): Content & Pick<Profile, 'filled'> => {
  const { filled = {}, ownLocation } = profile;
  const cleared = onlyCleared(filled);
  const own: { -readonly [K in keyof Mixed]: Mixed[K] } = {
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

/** After a call has changed the content: what it set is the profile's own from now on. */
export const stillMixed = (before: Profile, after: Content): Pick<Mixed, 'filled' | 'ownLocation'> => {
  const { filled = {}, ownLocation, sources = [] } = before;
  if (sources.length === 0 && Object.keys(filled).length === 0) return {};
  const kept = [...new Set([...Object.keys(filled), ...keysOf(before)])].flatMap((key): [string, string][] => {
    const [then, now, source] = [at(before, key), at(after, key), filled[key]];
    if (now === undefined) return then === undefined && source === undefined ? [] : [[key, CLEARED]];
    return source !== undefined && isDeepStrictEqual(then, now) ? [[key, source]] : [];
  });
  return {
    ...(kept.length > 0 && { filled: Object.fromEntries(kept) }),
    ...(ownLocation && isDeepStrictEqual(before.location, after.location) && { ownLocation }),
  };
};

const keysOf = (content: Content): string[] => [
  ...textFields.filter((field) => content[field] !== undefined),
  ...Object.keys(content.properties).map(propertyKey),
];

const at = (content: Content, key: string): unknown => {
  const field = textFields.find((name) => name === key);
  if (field) return content[field];
  const name = key.slice(propertyKey('').length);
  return Object.hasOwn(content.properties, name) ? content.properties[name] : undefined;
};
