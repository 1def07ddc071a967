import type { Route } from '../route.ts';
import type { Attributes } from './view.ts';

export type Verb = 'list' | 'get' | 'create' | 'update' | 'delete';
export type RelationshipVerb = 'related' | 'ids' | 'add' | 'remove' | 'replace';

export interface DeclaredRelationship {
  /** Of what it leads to. */
  readonly type: string;
  readonly isToMany: boolean;
  readonly isIncludable: boolean;
  readonly routes: Readonly<Partial<Record<RelationshipVerb, Route>>>;
}

/** What a declaration says of a resource, for the suite that tests them all. */
export interface DeclaredResource {
  readonly type: string;
  readonly path: string;
  readonly schema: Attributes;
  readonly additional: readonly string[];
  readonly routes: Readonly<Partial<Record<Verb, Route>>>;
  readonly relationships: Readonly<Record<string, DeclaredRelationship>>;
}

const declared = new WeakMap<Route, DeclaredResource>();

export const noteResource = (routes: readonly Route[], resource: DeclaredResource): void => {
  for (const route of routes) declared.set(route, resource);
};

/** The resource whose declaration made a route, if one did. */
export const resourceOf = (route: Route): DeclaredResource | undefined => declared.get(route);
