import { isDeepStrictEqual } from 'node:util';
import type { Properties } from '../../../model/properties.ts';
import { patchProperties } from './patch.ts';
import { type LocationInput, type Profile, type ProfileInput, textFields } from './profile.ts';

/** The same call without what it would take away: a caller without proof may add to a person, not empty them. */
export const withoutOverwrites = ({
  fields,
  location,
  properties,
  patch,
  emails: _,
  ...rest
}: ProfileInput): ProfileInput => ({
  ...rest,
  fields: withoutNulls(fields),
  ...(location && { location: withoutNulls(location) }),
  ...(properties && { properties: withoutNulls(properties) }),
  ...(patch?.append && { patch: { append: patch.append } }),
});

/** What a profile holds besides its identifiers. */
export type Content = Pick<Profile, (typeof textFields)[number] | 'location' | 'properties'>;

/** The content after a call: absent keeps, null clears; custom properties are set one by one. */
export const applyChange = (current: Content, { fields, location, properties, patch }: ProfileInput): Content => {
  const next: { -readonly [K in keyof Content]: Content[K] } = { properties: {} };
  for (const field of textFields) {
    const value = fields[field] === undefined ? current[field] : fields[field];
    // An empty text is how most exports write a missing value.
    if (value !== null && value !== undefined && value !== '') next[field] = value;
  }
  const place = changedLocation(current.location, location);
  if (place) next.location = place;
  next.properties = patchProperties(setProperties(current.properties, properties), patch);
  return next;
};

export const sameContent = (a: Content, b: Content): boolean =>
  textFields.every((field) => a[field] === b[field]) &&
  isDeepStrictEqual(a.location, b.location) &&
  isDeepStrictEqual(a.properties, b.properties);

const changedLocation = (
  current: Profile['location'],
  given: LocationInput | null | undefined,
): Profile['location'] => {
  if (given === null) return undefined;
  const next: Record<string, string | number> = { ...current };
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value === undefined) continue;
    if (value === null || value === '') delete next[name];
    else next[name] = value;
  }
  return Object.keys(next).length > 0 ? next : undefined;
};

const setProperties = (current: Properties, given: Properties | null | undefined): Properties => {
  if (given === null) return {};
  if (given === undefined) return current;
  // A new profile has none yet.
  return withoutNulls(isEmpty(current) ? given : { ...current, ...given });
};

const isEmpty = (of: object): boolean => {
  for (const _ in of) return false;
  return true;
};

/** A custom property that is set to null is removed: no query could tell the two apart. */
const withoutNulls = <T extends object>(given: T): { [K in keyof T]: Exclude<T[K], null> } =>
  // What is left has the names that it had, which fromEntries can't know.
  (Object.values(given).includes(null)
    ? Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null))
    : given) as { [K in keyof T]: Exclude<T[K], null> };
