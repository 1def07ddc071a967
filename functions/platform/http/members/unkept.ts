/**
 * Members that Klaviyo documents for operations that are served here, and that have no place here: taken, not kept, and
 * named in the header `Tributary-Ignored`. By route, as JSON pointers with `*` for every element of a list.
 */
export const unkeptMembers: Readonly<Record<string, readonly string[]>> = {
  'POST /client/subscriptions': [
    '/data/attributes/profile/data/id',
    // Klaviyo's own forms send it; it is in no document.
    '/data/attributes/events',
  ],
};

/** Query parameters of the same kind. */
export const unkeptParameters: Readonly<Record<string, readonly string[]>> = {
  // As above.
  'POST /client/subscriptions': ['onsite'],
};
