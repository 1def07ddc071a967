import type * as v from 'valibot';
import type { Declaration, Opening, Variables } from './declaration.ts';
import type { Env } from './env.ts';
import { type ResourceName, type Resources, resources } from './resources.ts';

type Opened<Declared extends Declaration> = ReturnType<Declared['open']>;
type Member<Declared extends Declaration> = Declared extends { readonly opens: 'at once' }
  ? Opened<Declared>
  : () => Opened<Declared>;
type Present = {
  [Name in ResourceName]: undefined extends Member<Resources[Name]> ? never : Name;
}[ResourceName];

/** The members of `Services` that are resources. */
export type OpenResources = { readonly [Name in Present]: Member<Resources[Name]> } & {
  readonly [Name in Exclude<ResourceName, Present>]?: Exclude<Member<Resources[Name]>, undefined>;
};

export const openResources = (env: Env, given: Pick<Opening, 'connection' | 'transport'>): OpenResources => {
  const opening: Opening = {
    ...given,
    openIfUsed: (other) => (isUsed(other, env) ? other.open(env, opening) : undefined),
  };
  const members = Object.entries(resources).map(([name, declared]): [string, unknown] => [
    name,
    declared.opens === 'at once' ? openNow(declared, env, opening) : openOnce(name, declared, { env, opening }),
  ]);
  // The list above says by its types what each name opens as; an object made of entries has lost that.
  return Object.fromEntries(members.filter(([, member]) => member !== undefined)) as unknown as OpenResources;
};

const openNow = (declared: Declaration, env: Env, opening: Opening): unknown => declared.open(env, opening);

const openOnce = (
  name: string,
  declared: Declaration,
  { env, opening }: { readonly env: Env; readonly opening: Opening },
) => {
  let client: unknown;
  return () => {
    if (!isUsed(declared, env))
      throw new Error(
        `${missing(declared, env).join(', ')} is not set: the service has to declare that it uses ${name}.`,
      );
    client ??= declared.open(env, opening);
    return client;
  };
};

const isUsed = <Entries extends v.ObjectEntries>(
  declared: Declaration<Entries>,
  env: Env,
): env is Env & Variables<Entries> => missing(declared, env).length === 0;

const missing = ({ env: entries }: Declaration, env: Env): string[] => {
  const set = new Set(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [name])));
  return Object.keys(entries).filter((name) => !set.has(name));
};
