/** By operation, the body members that Klaviyo documents and this API refuses, by pointer, with the reason. */
export const refusedMembers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'POST /api/profile-suppression-bulk-create-jobs': { '/data/relationships/segment': 'there are no segments yet' },
  'POST /api/profile-suppression-bulk-delete-jobs': { '/data/relationships/segment': 'there are no segments yet' },
};

/** By type, the attributes that are null here, and not in Klaviyo's document: why. */
export const nullAttributes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'form-version': { ab_test: 'there are no A/B tests' },
};

/** Types whose relationships are in a response only if the request includes them. */
export const relatedOnRequest = /^catalog-(item|variant|category)-bulk-(create|update|delete)-job$/;
