import * as v from 'valibot';

/** How far the file of a whole catalog is. */
export const Build = v.object({
  /** A ULID, in the names of its parts and its file. */
  id: v.string(),
  /** Items that were created later are in the next build. */
  begun: v.string(),
  /** When the settings of the feed were changed that it follows. */
  settings: v.string(),
  /** What it knows of the catalog and the settings. */
  seen: v.string(),
  /** The cursor behind the last item of the parts. */
  place: v.optional(v.string()),
  parts: v.number(),
  /** Items in the parts. */
  items: v.number(),
  /** Those that are left out since they are out of stock. */
  hidden: v.number(),
  /** Once it has ended: changes of the catalog wait until then. */
  restsUntil: v.optional(v.string()),
});
export type Build = v.InferOutput<typeof Build>;

/** The shortest time between two builds of a feed. */
export const INTERVAL_MS = 15 * 60_000;
/** A build reads two or three units for an item: this bounds what a catalog that changes all the time costs. */
const ITEMS_PER_INTERVAL = 40_000;

export const restsUntil = ({ items }: Pick<Build, 'items'>, now: Date): string => {
  const intervals = Math.max(1, Math.ceil(items / ITEMS_PER_INTERVAL));
  return new Date(now.getTime() + intervals * INTERVAL_MS).toISOString();
};
