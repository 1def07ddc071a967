import { archive } from './archive.ts';
import { outgoing } from './fetch.ts';
import type { FileUse } from './file-use.ts';
import { imports } from './imports.ts';
import { mail } from './mail.ts';
import { queue } from './queue.ts';
import { schedule } from './schedule.ts';
import { secrets } from './secrets.ts';
import { table } from './table.ts';

/** Every resource that a service can use, by the name that it has in `uses` and in `Services`. */
export const resources = { archive, fetch: outgoing, imports, mail, queue, schedule, secrets, table };

export type Resources = typeof resources;
export type ResourceName = keyof Resources;

/** How a service names one resource, and what it may do to it. */
export type UseOf<Name extends ResourceName> = Name extends ResourceName
  ? Resources[Name] extends { readonly uses: readonly (infer Use)[] }
    ? Use
    : Resources[Name] extends { readonly isBucket: true }
      ? FileUse<Name>
      : Name
  : never;

/** What a service's functions are granted, and nothing else. */
export type Use = UseOf<ResourceName>;

/** Which resource a use is of. */
export const resourceOf = (use: Use): ResourceName => {
  if (typeof use === 'object') return use.bucket;
  const found = resourceNames.find((name) => usesOf(name).includes(use));
  if (found === undefined) throw new Error(`No resource is used as ${use}.`);
  return found;
};

// Objects lose the types of their keys: these are all of them, and no others.
export const resourceNames = Object.keys(resources) as ResourceName[];

const usesOf = (name: ResourceName): readonly string[] => {
  const declaration = resources[name];
  return 'uses' in declaration ? declaration.uses : [name];
};
