import { archive } from './archive.ts';
import { bus } from './bus.ts';
import { fetchResource } from './fetch.ts';
import type { FileUse } from './file-use.ts';
import { imports } from './imports.ts';
import { mail } from './mail.ts';
import { queue } from './queue.ts';
import { schedule } from './schedule.ts';
import { secrets } from './secrets.ts';
import { sftp } from './sftp.ts';
import { table } from './table.ts';

/** Every resource, by the name it has in `uses` and in `Services`. */
export const resources = { archive, bus, fetch: fetchResource, imports, mail, queue, schedule, secrets, sftp, table };

export type Resources = typeof resources;
export type ResourceName = keyof Resources;

/** How a service declares that it uses a resource, and with which permissions. */
export type UseOf<Name extends ResourceName> = Name extends ResourceName
  ? Resources[Name] extends { readonly uses: readonly (infer Use)[] }
    ? Use
    : Resources[Name] extends { readonly isBucket: true }
      ? FileUse<Name>
      : Name
  : never;

/** One permission of a service's functions. */
export type Use = UseOf<ResourceName>;

/** The resource that a use refers to. */
export const resourceOf = (use: Use): ResourceName => {
  if (typeof use === 'object') return use.bucket;
  const match = resourceNames.find((name) => usesOf(name).includes(use));
  if (match === undefined) throw new Error(`No resource is used as ${use}.`);
  return match;
};

// `Object.keys` loses the type of the keys. This object has no others.
export const resourceNames = Object.keys(resources) as ResourceName[];

const usesOf = (name: ResourceName): readonly string[] => {
  const declaration = resources[name];
  return 'uses' in declaration ? declaration.uses : [name];
};
