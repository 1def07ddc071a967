import * as v from 'valibot';
import {
  Alias,
  AnonymousId,
  Email,
  ExternalId,
  type Identifiers,
  identifierKinds,
  PhoneNumber,
} from '../../../model/identity.ts';
import { type Properties, properties, propertyLimits } from '../../../model/properties.ts';
import { number } from '../../../platform/json/number.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { maxBytes, Text } from '../../../platform/validation/text.ts';
import { type EmailPatch, emailPatchFrom, PatchIdentifiers } from './email-patch.ts';

/** Klaviyo's limit for one text. */
const MAX_TEXT_BYTES = 100 * 1024;
const text = v.pipe(Text, maxBytes(MAX_TEXT_BYTES, `Longer than ${MAX_TEXT_BYTES} bytes.`));
const NOT_DEGREES = 'Latitudes and longitudes are degrees from -180 to 180.';
/** Parses a number, also with the decimal comma of many countries. */
const degreesIn = (text: string): number => Number(text.trim().replace(',', '.'));
/** Degrees, as a number or a text. */
export const Coordinate = v.union(
  [
    v.pipe(
      number(),
      v.minValue(-180, NOT_DEGREES),
      v.maxValue(180, NOT_DEGREES),
      // DynamoDB's numbers end at 1e-130.
      v.transform((degrees) => (Math.abs(degrees) < 1e-12 ? 0 : degrees)),
    ),
    v.pipe(
      Text,
      v.maxLength(40, 'Longer than 40 characters.'),
      v.check((text) => !(Math.abs(degreesIn(text)) > 180), NOT_DEGREES),
    ),
  ],
  NOT_DEGREES,
);

export const locationFields = [
  'address1',
  'address2',
  'city',
  'country',
  'region',
  'zip',
  'timezone',
  'ip',
  'latitude',
  'longitude',
] as const;

/** Text attributes besides identifiers. */
export const textFields = ['first_name', 'last_name', 'organization', 'locale', 'title', 'image'] as const;
export type TextField = (typeof textFields)[number];

const nullableText = v.nullish(text);

const LocationInput = v.object({
  address1: nullableText,
  address2: nullableText,
  city: nullableText,
  country: nullableText,
  region: nullableText,
  zip: nullableText,
  timezone: nullableText,
  ip: nullableText,
  latitude: v.nullish(Coordinate),
  longitude: v.nullish(Coordinate),
});
export type LocationInput = v.InferOutput<typeof LocationInput>;

const keys = v.pipe(
  v.union([
    v.string(),
    boundedArray(v.string(), {
      max: propertyLimits.count,
      tooMany: (count) => `${count} names; at most ${propertyLimits.count} are allowed.`,
    }),
  ]),
  v.transform((value) => [value].flat()),
);

/** Changes to single custom properties: append to a list, remove from a list, unset. */
const PatchProperties = v.object({
  append: v.nullish(properties(), {}),
  unappend: v.nullish(properties(), {}),
  unset: v.nullish(keys, []),
});
export type PatchProperties = Partial<v.InferOutput<typeof PatchProperties>>;

const Meta = v.object({
  patch_properties: v.nullish(PatchProperties),
  patch_identifiers: v.nullish(PatchIdentifiers),
});

/** A profile's attributes in a request: absent keeps the stored value, null clears it. */
export const ProfileAttributes = v.object({
  external_id: v.nullish(ExternalId),
  email: v.nullish(Email),
  phone_number: v.nullish(PhoneNumber),
  anonymous_id: v.nullish(AnonymousId),
  /** An exchange token, from a link in a message. */
  _kx: v.nullish(v.pipe(v.string(), v.maxLength(1_800, 'An exchange token has at most 1,800 characters.'))),
  first_name: nullableText,
  last_name: nullableText,
  organization: nullableText,
  locale: nullableText,
  title: nullableText,
  image: nullableText,
  location: v.nullish(LocationInput),
  properties: v.nullish(properties()),
  // Some official clients put it here, others beside `attributes`.
  meta: v.nullish(Meta),
});
export type ProfileAttributes = v.InferOutput<typeof ProfileAttributes>;

export const MAX_ID_LENGTH = 64;
const ProfileId = v.pipe(
  Text,
  v.nonEmpty(),
  v.maxLength(MAX_ID_LENGTH, `The id of a profile has at most ${MAX_ID_LENGTH} characters.`),
);

/** A profile resource in a request. */
export const ProfileResource = v.object({
  type: v.literal('profile'),
  id: v.nullish(ProfileId),
  attributes: v.optional(ProfileAttributes, {}),
  meta: v.nullish(Meta),
});
export type ProfileResource = v.InferOutput<typeof ProfileResource>;

/** What a call contains about a person, independent of its format. */
export interface ProfileInput {
  readonly id?: string;
  /** An exchange token, weaker than any identifier: its link may have been forwarded to somebody else. */
  readonly kx?: string;
  readonly identifiers: { readonly [kind in keyof Identifiers]?: string | null | undefined };
  readonly fields: { readonly [field in TextField]?: string | null | undefined };
  readonly location?: LocationInput | null;
  readonly properties?: Properties | null;
  readonly patch?: PatchProperties;
  /** Trusted callers only. */
  readonly emails?: EmailPatch;
}

export const toInput = ({
  id,
  attributes,
  meta,
}: Pick<ProfileResource, 'id' | 'attributes' | 'meta'>): ProfileInput => {
  const patch = meta?.patch_properties ?? attributes.meta?.patch_properties;
  const emails = emailPatchFrom(meta?.patch_identifiers) ?? emailPatchFrom(attributes.meta?.patch_identifiers);
  return {
    ...(id && { id }),
    ...(attributes._kx && { kx: attributes._kx }),
    identifiers: pick(attributes, identifierKinds),
    fields: pick(attributes, textFields),
    ...(attributes.location !== undefined && { location: attributes.location }),
    ...(attributes.properties !== undefined && { properties: attributes.properties }),
    ...(patch && { patch }),
    ...(emails && { emails }),
  };
};

const pick = <T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> =>
  // The names are keys of T, which fromEntries can't know.
  Object.fromEntries(names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]])) as Pick<T, K>;

const optionalText = v.optional(v.string());
const Location = v.record(v.string(), v.union([v.string(), v.number()]));

/** The identifiers that a call sets, strongest first; not those that it clears. */
export const identifiersIn = (identifiers: ProfileInput['identifiers']): Alias[] =>
  identifierKinds.flatMap((kind) => {
    const value = identifiers[kind];
    return value ? [{ kind, value }] : [];
  });

const Source = v.object({
  id: v.string(),
  /** When it was merged into this profile, directly or with another one. */
  at: v.string(),
  /** The profile that it had been merged into before, if not merged directly. */
  into: v.optional(v.string()),
});
export type Source = v.InferOutput<typeof Source>;

/** A profile as stored. */
export const Profile = v.object({
  account: v.string(),
  id: v.string(),
  /** The revision. Each change raises it, and is conditional on the revision that it was computed from. */
  rev: v.number(),
  external_id: optionalText,
  email: optionalText,
  phone_number: optionalText,
  /** Newest last. */
  anonymous_ids: v.optional(v.array(v.string())),
  first_name: optionalText,
  last_name: optionalText,
  organization: optionalText,
  locale: optionalText,
  title: optionalText,
  image: optionalText,
  location: v.optional(Location),
  properties: v.custom<Properties>((value) => typeof value === 'object' && value !== null),
  created: v.string(),
  updated: v.string(),
  /** Further identifiers, besides the primary ones above. */
  aliases: v.optional(v.array(Alias)),
  /** All profiles merged into this one, in order. Their items stay where they are. */
  sources: v.optional(v.array(Source)),
  /** The source of each value that came from one, by name. A value that a call sets belongs to the profile itself. */
  filled: v.optional(v.record(v.string(), v.string())),
  /** The profile's own location, if the current one came from a source. */
  ownLocation: v.optional(Location),
  /** The destination of a merged profile. The source keeps its content, so that the merge can be undone. */
  mergedInto: v.optional(v.string()),
  /** By import job: the outcome of the newest rows that touched this profile. */
  imported: v.optional(v.record(v.string(), v.record(v.string(), v.picklist(['created', 'updated'])))),
  /** The revision that an import wrote last. */
  importedRev: v.optional(v.number()),
});
export type Profile = v.InferOutput<typeof Profile>;

export const profileBytes = (profile: Profile): number => Buffer.byteLength(JSON.stringify(profile));

/** All e-mail addresses of a person, the primary one first. */
export const emailsOf = ({ email, aliases = [] }: Pick<Profile, 'email' | 'aliases'>): string[] => [
  ...(email === undefined ? [] : [email]),
  ...aliases.flatMap(({ kind, value }) => (kind === 'email' ? [value] : [])),
];

/** All profile ids of a person: items may be stored under any of them. */
export const idsOf = ({ id, sources = [] }: Pick<Profile, 'id' | 'sources'>): string[] => [
  id,
  ...sources.map((source) => source.id),
];
