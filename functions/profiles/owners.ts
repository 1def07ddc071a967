import type { Context } from '../context.ts';
import { type Identifiers, identifierKinds } from './identity.ts';
import { identifiers } from './store.ts';

/** Who holds each of the identifiers of many calls, in one read for every hundred: an id for each that has an owner. */
export const ownersOf = async (
  given: readonly { readonly [kind in keyof Identifiers]?: string | null | undefined }[],
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<string[][]> => {
  const asked = given.map((one) =>
    identifierKinds.flatMap((kind) => {
      const value = one[kind];
      return value ? [{ account, kind, value }] : [];
    }),
  );
  const found = await table.getMany(identifiers, asked.flat());
  let at = 0;
  return asked.map((own) => {
    const owners = found.slice(at, at + own.length).flatMap((item) => (item ? [item.profileId] : []));
    at += own.length;
    return owners;
  });
};
