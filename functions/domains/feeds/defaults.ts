/** How often a feed is read. */
export const DEFAULT_HOURS = 6;
/** How long a product may be missing before it is unpublished. */
export const DEFAULT_GRACE_HOURS = 24;
/** The share of products, in percent, that one sync may miss. */
export const DEFAULT_MAX_MISSING = 30;
