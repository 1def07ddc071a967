/** Attributes of a profile, as the API takes them. */
export interface Attributes {
  readonly [name: string]: unknown;
  readonly location?: Readonly<Record<string, unknown>>;
  readonly properties?: Readonly<Record<string, unknown>>;
}

const names = [
  'email',
  'phone_number',
  'external_id',
  '_kx',
  'anonymous_id',
  'first_name',
  'last_name',
  'organization',
  'title',
  'image',
  'locale',
];
const identifiers = names.slice(0, 4);
const places = /^\$(address[12]|city|country|region|zip|timezone|latitude|longitude)$/;
const renamed: Readonly<Record<string, string>> = {
  $id: 'external_id',
  $anonymous: 'anonymous_id',
  $exchange_id: '_kx',
};

/** Maps the keys of `identify`, also the legacy ones, to attributes. Other keys become properties. */
export const toAttributes = (given: object): Attributes => {
  const attributes: Record<string, unknown> = {};
  const location: Record<string, unknown> = {};
  const properties: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const name = renamed[key] ?? key.replace(/^\$/, '');
    const place = places.exec(key)?.[1];
    if (names.includes(name)) attributes[name] = value;
    else if (place) location[place] = value;
    else if (key === 'location') Object.assign(location, value);
    // An internal id of Klaviyo.
    else if (key !== '$kid') properties[key] = value;
  }
  return { ...attributes, location, properties };
};

export const hasIdentifier = (attributes: Attributes): boolean => identifiers.some((name) => attributes[name]);

/** Whether two calls name different people. */
export const areOfDifferentPeople = (one: Attributes, other: Attributes): boolean =>
  identifiers.some((name) => one[name] && other[name] && one[name] !== other[name]);

export const mergeAttributes = (one: Attributes, other: Attributes): Attributes => ({
  ...one,
  ...other,
  location: { ...one.location, ...other.location },
  properties: { ...one.properties, ...other.properties },
});
