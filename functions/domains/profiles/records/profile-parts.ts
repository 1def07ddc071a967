/** A part of what a call says of a person, which a problem can be about. */
export const profileParts = [
  'id',
  'attributes',
  'external_id',
  'email',
  'phone_number',
  'anonymous_id',
  'kx',
  'properties',
  'addedEmails',
  'removedEmails',
] as const;
export type ProfilePart = (typeof profileParts)[number];

/** Where the body of a profile's own endpoints has each part. Bodies of other shapes have it elsewhere. */
export const partPointers: Readonly<Record<ProfilePart, string>> = {
  id: '/data/id',
  attributes: '/data/attributes',
  external_id: '/data/attributes/external_id',
  email: '/data/attributes/email',
  phone_number: '/data/attributes/phone_number',
  anonymous_id: '/data/attributes/anonymous_id',
  kx: '/data/attributes/_kx',
  properties: '/data/attributes/properties',
  addedEmails: '/data/meta/patch_identifiers/append/email',
  removedEmails: '/data/meta/patch_identifiers/unappend/email',
};

/** The part that a problem of a profile is about. */
export const partAt = (pointer: string): ProfilePart =>
  profileParts.find((part) => partPointers[part] === pointer) ?? 'attributes';
