/** By operation, the body members that Klaviyo documents and this API refuses, by pointer, with the reason. */
export const refusedMembers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'POST /api/metric-aggregates': {
    '/data/attributes/by': 'events are counted whole, not by what their properties are',
  },
  'POST /api/profile-suppression-bulk-create-jobs': { '/data/relationships/segment': 'there are no segments yet' },
  'POST /api/profile-suppression-bulk-delete-jobs': { '/data/relationships/segment': 'there are no segments yet' },
};
