import { isExternalId } from '../../../domains/catalog/records/fields.ts';
import { ApiError } from '../../../platform/errors.ts';

/** The only integration and the only catalog that there are. */
export const INTEGRATION = '$custom';
export const CATALOG = '$default';

const PREFIX = `${INTEGRATION}:::${CATALOG}:::`;
const MAX_QUOTED = 64;

/** The id of an object in the API: `$custom:::$default:::<external id>`. */
export const compoundId = (externalId: string): string => `${PREFIX}${externalId}`;

/** The external id in an id of the API. Undefined if no object can have the id. */
export const externalIdOf = (id: string): string | undefined => {
  // Some clients encode an id once more than the path needs.
  const decoded = id.startsWith('%24') ? decoded24(id) : id;
  const externalId = decoded.startsWith(PREFIX) ? decoded.slice(PREFIX.length) : '';
  return externalId !== '' && isExternalId(externalId) ? externalId : undefined;
};

const decoded24 = (id: string): string => {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
};

/**
 * The external id that a body names. An id of another form is that of no object: it is looked up as it is, and reported.
 */
export const namedId = (id: string): string => externalIdOf(id) ?? id;

/** @throws ApiError `not_found` if no object can have the id */
export const requireExternalId = (id: string, noun: string): string => {
  const externalId = externalIdOf(id);
  if (externalId !== undefined) return externalId;
  const detail = `There is no ${noun} ${id.slice(0, MAX_QUOTED)}. Ids have the form ${PREFIX}<external_id>.`;
  throw new ApiError('not_found', { detail });
};

/** The external ids of those ids that have the right form. */
export const externalIdsOf = (ids: readonly string[]): string[] => ids.flatMap((id) => externalIdOf(id) ?? []);

interface Stored {
  readonly id: string;
}

/** An object as the API shows it, with its compound id. */
export type Shown<Value extends Stored> = Value & { readonly externalId: string };

export const shown = <Value extends Stored>(value: Value): Shown<Value> => ({
  ...value,
  id: compoundId(value.id),
  externalId: value.id,
});

/** For relationships: the external ids of existing objects, by the requested ids. */
export const findRequested = async (
  ids: readonly string[],
  findMany: (externalIds: readonly string[]) => Promise<ReadonlyMap<string, Stored>>,
): Promise<ReadonlyMap<string, Stored>> => {
  const found = await findMany(externalIdsOf(ids));
  return new Map(
    ids.flatMap((id) => {
      const externalId = externalIdOf(id);
      return externalId !== undefined && found.has(externalId) ? [[id, { id: externalId }]] : [];
    }),
  );
};
