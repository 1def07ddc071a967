import type * as v from 'valibot';
import type { Declaration, OpenContext, Variables } from './declaration.ts';
import type { Env } from './env.ts';
import { type ResourceName, type Resources, resources } from './resources.ts';

type Opened<Declared extends Declaration> = ReturnType<Declared['open']>;
type Member<Declared extends Declaration> = Declared extends { readonly opens: 'eagerly' }
  ? Opened<Declared>
  : () => Opened<Declared>;
type RequiredName = {
  [Name in ResourceName]: undefined extends Member<Resources[Name]> ? never : Name;
}[ResourceName];

/** The members of `Services` that are resources. */
export type OpenResources = { readonly [Name in RequiredName]: Member<Resources[Name]> } & {
  readonly [Name in Exclude<ResourceName, RequiredName>]?: Exclude<Member<Resources[Name]>, undefined>;
};

export const openResources = (env: Env, options: Pick<OpenContext, 'connection' | 'transport'>): OpenResources => {
  const context: OpenContext = {
    ...options,
    openIfUsed: (other) => (isUsed(other, env) ? other.open(env, context) : undefined),
  };
  const members = Object.entries(resources).map(([name, declaration]): [string, unknown] => [
    name,
    declaration.opens === 'eagerly'
      ? openEagerly(declaration, env, context)
      : openLazily(name, declaration, { env, context }),
  ]);
  // Each member's type follows from its declaration. `Object.fromEntries` loses these types.
  return Object.fromEntries(members.filter(([, member]) => member !== undefined)) as unknown as OpenResources;
};

const openEagerly = (declaration: Declaration, env: Env, context: OpenContext): unknown =>
  declaration.open(env, context);

const openLazily = (
  name: string,
  declaration: Declaration,
  { env, context }: { readonly env: Env; readonly context: OpenContext },
) => {
  let client: unknown;
  return () => {
    if (!isUsed(declaration, env))
      throw new Error(
        `${missingVariables(declaration, env).join(', ')} is not set: the service has to declare that it uses ${name}.`,
      );
    client ??= declaration.open(env, context);
    return client;
  };
};

const isUsed = <Entries extends v.ObjectEntries>(
  declaration: Declaration<Entries>,
  env: Env,
): env is Env & Variables<Entries> => missingVariables(declaration, env).length === 0;

const missingVariables = ({ env: entries }: Declaration, env: Env): string[] => {
  const presentNames = new Set(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [name])));
  return Object.keys(entries).filter((name) => !presentNames.has(name));
};
