import { type IdentifierKind, identifierKinds } from '../../model/identity.ts';

const LEFT_OUT = 'Tributary-Left-Out';

/** For the `headers` of a route that changes one profile. */
export const leftOutHeaderDescription = {
  [LEFT_OUT]:
    'The kinds of identifiers that were left out, such as `phone_number, anonymous_id`. Each belongs to another profile, or is stronger than the one that names the person and would have been cleared.',
};

/** For the `headers` of a route that changes many profiles. */
export const leftOutHeaderDescriptionOfMany = {
  [LEFT_OUT]:
    'Identifiers that were left out because they belong to another profile: the count of each kind, and the first positions of those profiles in the request, such as `phone_number=2; profiles="1 2"`.',
};

/** Empty if no identifier was left out. */
export const leftOutHeader = (kinds: readonly IdentifierKind[] = []): Record<string, string> =>
  kinds.length === 0 ? {} : { [LEFT_OUT]: kinds.join(', ') };

const MAX_PLACES = 100;

/** `all` is by the position of a profile in the request. */
export const leftOutHeaderOfMany = (all: ReadonlyMap<number, readonly IdentifierKind[]>): Record<string, string> => {
  const entries = [...all].filter(([, kinds]) => kinds.length > 0).toSorted(([a], [b]) => a - b);
  if (entries.length === 0) return {};
  const counts = identifierKinds.flatMap((kind) => {
    const count = entries.filter(([, kinds]) => kinds.includes(kind)).length;
    return count > 0 ? [`${kind}=${count}`] : [];
  });
  const places = entries.slice(0, MAX_PLACES).map(([place]) => place);
  return { [LEFT_OUT]: `${counts.join(', ')}; profiles="${places.join(' ')}"` };
};

/** For the report of a row. It contains no value, since reports are kept after people are erased. */
export const leftOutMessage = (kind: IdentifierKind): string =>
  `${kind} belongs to another profile and stays there, since the two differ in a stronger identifier.`;
