import type { Route } from '../route.ts';
import type { Attributes } from './view.ts';

export type Verb = 'list' | 'get' | 'create' | 'update' | 'delete';
export type RelationshipVerb = 'related' | 'ids' | 'add' | 'remove' | 'replace';

export interface DeclaredRelationship {
  /** The type of the related resources. */
  readonly type: string;
  readonly isToMany: boolean;
  /** Every owner has one. */
  readonly isRequired?: boolean;
  readonly isIncludable: boolean;
  readonly routes: Readonly<Partial<Record<RelationshipVerb, Route>>>;
}

/** The declaration of a resource, for the test suite that covers them all. */
export interface DeclaredResource {
  readonly type: string;
  readonly path: string;
  readonly schema: Attributes;
  /** The names of attributes that collections leave out. */
  readonly details: readonly string[];
  readonly additional: readonly string[];
  readonly routes: Readonly<Partial<Record<Verb, Route>>>;
  readonly relationships: Readonly<Record<string, DeclaredRelationship>>;
}

const resourceByRoute = new WeakMap<Route, DeclaredResource>();

export const registerResource = (routes: readonly Route[], resource: DeclaredResource): void => {
  for (const route of routes) resourceByRoute.set(route, resource);
};

/** The resource whose declaration created a route, if one did. */
export const resourceOf = (route: Route): DeclaredResource | undefined => resourceByRoute.get(route);
