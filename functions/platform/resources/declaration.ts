import type * as v from 'valibot';
import type { Connection } from '../table/client/dynamo.ts';
import type { TransportFactory } from '../table/client/transport/transport.ts';
import type { Common } from './common.ts';

/** The half of a resource that runs in Lambda. `lib/resources/` has the other half under the same name. */
export interface Declaration<Entries extends v.ObjectEntries = v.ObjectEntries, Client = unknown> {
  /** The environment variables that configure it. */
  readonly env: Entries;
  /** Opens its client. Declared as a method, so that declarations with different variables fit into one list. */
  open(env: Common & Variables<Entries>, context: OpenContext): Client;
}

export type Variables<Entries extends v.ObjectEntries> = v.InferOutput<v.ObjectSchema<Entries, undefined>>;

export interface OpenContext {
  /** Options for every AWS client. */
  readonly connection: Connection;
  /** The HTTP transport to the table. */
  readonly transport: TransportFactory | undefined;
  /** Opens another resource, if the service uses that too. */
  readonly openIfUsed: <Entries extends v.ObjectEntries, Client>(
    other: Declaration<Entries, Client>,
  ) => Client | undefined;
}

/**
 * `Services` has a function that opens the resource. It throws if the service does not use the resource. Its variables
 * are set only in services that use it.
 */
export const lazyResource = <Entries extends v.ObjectEntries, Client>(declaration: Declaration<Entries, Client>) => ({
  ...declaration,
  opens: 'lazily' as const,
});

/** A lazy resource that services use by folder: see `FileUse`. */
export const bucketResource = <Entries extends v.ObjectEntries, Client>(declaration: Declaration<Entries, Client>) => ({
  ...lazyResource(declaration),
  isBucket: true as const,
});

/**
 * `Services` has the opened resource, or nothing if it opens as `undefined`. Its variables are read in every service.
 * `uses` lists the permissions, by the names that services declare.
 */
export const eagerResource = <const Uses extends readonly string[], Entries extends v.ObjectEntries, Client>(
  declaration: Declaration<Entries, Client> & { readonly uses: Uses },
) => ({ ...declaration, opens: 'eagerly' as const });
