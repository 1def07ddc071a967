import { isDeepStrictEqual } from 'node:util';
import type { Properties } from '../../../model/properties.ts';
import { patchProperties } from './patch-properties.ts';
import { type LocationInput, type Profile, type ProfileInput, textFields } from './profile.ts';

/** The call without its deletions: an untrusted caller may add data, but not remove any. */
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

/** The call without values that the profile has already: it may fill gaps, not change what is there. */
export const withoutChanges = (
  current: Content,
  { fields, location, properties, ...rest }: ProfileInput,
): ProfileInput => ({
  ...rest,
  fields: Object.fromEntries(
    textFields.flatMap((name) => (current[name] === undefined && fields[name] ? [[name, fields[name]]] : [])),
  ),
  // Parts of two addresses make none.
  ...(current.location === undefined && location !== undefined && { location }),
  ...(properties && {
    properties: Object.fromEntries(
      Object.entries(properties).filter(([name]) => !Object.hasOwn(current.properties, name)),
    ),
  }),
});

/** The attributes of a profile besides its identifiers. */
export type Content = Pick<Profile, (typeof textFields)[number] | 'location' | 'properties'>;

/** The content after a call. Absent keeps a value, null clears it; custom properties are set one by one. */
export const applyChange = (current: Content, { fields, location, properties, patch }: ProfileInput): Content => {
  const next: { -readonly [K in keyof Content]: Content[K] } = { properties: {} };
  for (const field of textFields) {
    const value = fields[field] === undefined ? current[field] : fields[field];
    // Most exports write an empty text for a missing value.
    if (value !== null && value !== undefined && value !== '') next[field] = value;
  }
  const changedLocation = changeLocation(current.location, location);
  if (changedLocation) next.location = changedLocation;
  next.properties = patchProperties(setProperties(current.properties, properties), patch);
  return next;
};

export const hasSameContent = (a: Content, b: Content): boolean =>
  textFields.every((field) => a[field] === b[field]) &&
  isDeepStrictEqual(a.location, b.location) &&
  isDeepStrictEqual(a.properties, b.properties);

const changeLocation = (current: Profile['location'], input: LocationInput | null | undefined): Profile['location'] => {
  if (input === null) return undefined;
  const next: Record<string, string | number> = { ...current };
  for (const [name, value] of Object.entries(input ?? {})) {
    if (value === undefined) continue;
    if (value === null || value === '') delete next[name];
    else next[name] = value;
  }
  return Object.keys(next).length > 0 ? next : undefined;
};

const setProperties = (current: Properties, input: Properties | null | undefined): Properties => {
  if (input === null) return {};
  if (input === undefined) return current;
  // A new profile has none yet.
  return withoutNulls(isEmpty(current) ? input : { ...current, ...input });
};

const isEmpty = (of: object): boolean => {
  for (const _ in of) return false;
  return true;
};

/** Setting a custom property to null removes it. */
const withoutNulls = <T extends object>(values: T): { [K in keyof T]: Exclude<T[K], null> } =>
  // The remaining names are keys of T, which fromEntries can't know.
  (Object.values(values).includes(null)
    ? Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))
    : values) as { [K in keyof T]: Exclude<T[K], null> };
