import type { Operator } from '../../../../functions/platform/http/query/filter.ts';
import type { Reading } from '../../../../functions/platform/http/query/selection.ts';
import type { DeclaredResource, Route, Shown, Started } from './start.ts';

/** A route that returns pages: of a resource, or of its related resources. */
export interface Collection {
  readonly resource: DeclaredResource;
  readonly route: Route;
  readonly reading: Reading;
  /** The relationship that it follows. */
  readonly relationship?: string;
}

const reading = ({ reading: supported = {} }: Route): Reading => supported;

export const collectionsOf = (resource: DeclaredResource): Collection[] => {
  const { list } = resource.routes;
  const related = Object.entries(resource.relationships).flatMap(([relationship, { isToMany, routes }]) =>
    [routes.related, routes.ids].flatMap((route) =>
      route && isToMany ? [{ resource, route, reading: reading(route), relationship }] : [],
    ),
  );
  return [...(list ? [{ resource, route: list, reading: reading(list) }] : []), ...related];
};

/** The path of a collection; one of a relationship belongs to the first resource. */
export const pathOf = ({ route }: Collection, app: Started): string => route.path.replace('{id}', app.one.id);

/** All of its resources, with their attributes. */
export const itemsOf = async (collection: Collection, app: Started): Promise<readonly Shown[]> => {
  const { resource, relationship } = collection;
  const whole =
    relationship === undefined ? resource.routes.list : resource.relationships[relationship]?.routes.related;
  const path = (whole ?? collection.route).path.replace('{id}', app.one.id);
  const max = reading(whole ?? collection.route).page?.max;
  return (await app.get(max === undefined ? path : `${path}?page[size]=${max}`)).body.data;
};

/** The value of one resource that a filter compares. */
export const filterValueOf = async (
  { relationship }: Collection,
  field: string,
  { one, app }: { readonly one: Shown; readonly app: Started },
): Promise<unknown> => {
  const { filterValues: own, related } = app.fixture;
  const made = (relationship === undefined ? own : related?.[relationship]?.filterValues)?.[field];
  if (made) return made(one, app);
  return field === 'id' ? one.id : one.attributes[field];
};

/** A value in the syntax of filters. */
export const written = (value: unknown, kind: string): string =>
  encodeURIComponent(kind === 'text' ? JSON.stringify(value) : String(value));

const ordered = (value: unknown): number | string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : String(value);

/** Evaluates an operator in the simplest way. */
export const holds = (operator: Operator, own: unknown, given: unknown): boolean => {
  const [a, b] = [ordered(own), ordered(given)];
  switch (operator) {
    case 'has':
      return own !== null && own !== undefined;
    case 'equals':
    case 'any':
      return a === b;
    case 'contains':
      return String(own).includes(String(given));
    case 'starts-with':
      return String(own).startsWith(String(given));
    case 'ends-with':
      return String(own).endsWith(String(given));
    case 'greater-than':
      return a > b;
    case 'greater-or-equal':
      return a >= b;
    case 'less-than':
      return a < b;
    case 'less-or-equal':
      return a <= b;
  }
};

/** A value by which this operator finds some, but not all. */
export const sampleFor = (operator: Operator, value: unknown): unknown => {
  const text = String(value);
  if (operator === 'contains') return text.slice(1, 4);
  if (operator === 'starts-with') return text.slice(0, 3);
  return operator === 'ends-with' ? text.slice(-3) : value;
};
