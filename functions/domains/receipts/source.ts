import type { Caller } from '../../platform/http/context.ts';

/**
 * The way by which an item was received, as a short text. It is stored with each event, and the counts are by it.
 *
 * - `api:<key id>`: a call of Klaviyo's API with a private key
 * - `client`: a public call of a browser or an app
 * - `segment:<key id>`, `segment`: a call of Segment's API with a private key, or with the public id
 * - `form`: a form on a website
 * - `hook:<integration id>`: a webhook of a shop system
 * - `import`: a row of an import
 * - `consent`: an event that a change of consent causes
 * - `back-in-stock`: an event for a person who waited for a product
 */
export type Source =
  | `${'api' | 'segment'}:${string}`
  | `hook:${string}`
  | 'client'
  | 'segment'
  | 'form'
  | 'import'
  | 'consent'
  | 'back-in-stock';

/** The source of the calls of a protocol. */
export const sourceOfCall = (protocol: 'api' | 'segment', caller: Caller): Source => {
  if (caller.kind === 'key') return `${protocol}:${caller.keyId}`;
  return protocol === 'api' ? 'client' : 'segment';
};

/** Rows of imports name their origin, so that their events need no source besides. */
export const sourceOfEvent = ({
  source,
  origin,
}: {
  readonly source?: string | undefined;
  readonly origin?: string | undefined;
}): string => source ?? (origin === undefined ? UNKNOWN_SOURCE : 'import');

/** Of events that were stored before sources were. */
const UNKNOWN_SOURCE = 'unknown';
