import type * as v from 'valibot';
import type { Connection } from '../table/client/dynamo.ts';
import type { TransportFactory } from '../table/client/transport/transport.ts';
import type { Common } from './common.ts';

/** The half of a resource that runs in Lambda. `lib/resources/` has the other, by the same name. */
export interface Declaration<Entries extends v.ObjectEntries = v.ObjectEntries, Client = unknown> {
  /** The variables that tell a function of it. */
  readonly env: Entries;
  /** Makes its client. A method, which lets declarations of different variables stand in one list. */
  open(env: Common & Variables<Entries>, opening: Opening): Client;
}

export type Variables<Entries extends v.ObjectEntries> = v.InferOutput<v.ObjectSchema<Entries, undefined>>;

export interface Opening {
  /** What every AWS client is given besides its defaults. */
  readonly connection: Connection;
  /** How the table is reached. */
  readonly transport: TransportFactory | undefined;
  /** Another resource, where the service uses that too. */
  readonly openIfUsed: <Entries extends v.ObjectEntries, Client>(
    other: Declaration<Entries, Client>,
  ) => Client | undefined;
}

/** In `Services` as a function, which throws where the service doesn't use it. Its variables are there where it does. */
export const openedOnCall = <Entries extends v.ObjectEntries, Client>(declaration: Declaration<Entries, Client>) => ({
  ...declaration,
  opens: 'on call' as const,
});

/** As above. Services use it by folder: see `FileUse`. */
export const bucket = <Entries extends v.ObjectEntries, Client>(declaration: Declaration<Entries, Client>) => ({
  ...openedOnCall(declaration),
  isBucket: true as const,
});

/**
 * In `Services` as it is, or absent where it opens as `undefined`. Its variables are read as they are declared, used or
 * not. `uses` are the rights to it, each a name to use it by.
 */
export const openedAtOnce = <const Uses extends readonly string[], Entries extends v.ObjectEntries, Client>(
  declaration: Declaration<Entries, Client> & { readonly uses: Uses },
) => ({ ...declaration, opens: 'at once' as const });
