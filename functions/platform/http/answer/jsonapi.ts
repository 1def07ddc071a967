import * as v from 'valibot';
import type { Page } from '../../table/pages.ts';
import type { RequestContext } from '../context.ts';
import { bindCursor } from '../query/cursor-binding.ts';
import type { Selection } from '../query/reading.ts';

export interface Resource {
  readonly type: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships?: Readonly<Record<string, Relationship>>;
  readonly links: { readonly self: string };
}

export interface Identifier {
  readonly type: string;
  readonly id: string;
}

interface Relationship {
  readonly data?: Identifier | readonly Identifier[] | null;
  readonly links?: { readonly self?: string; readonly related: string };
}

/** What a resource is made of; `path` is where it lives, such as `/api/profiles`. */
export interface ResourceInput {
  readonly type: string;
  readonly id: string;
  readonly path: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** By name: the related resources' identifiers, or `undefined` where only the link is given. */
  readonly relationships?: Readonly<Record<string, Identifier | readonly Identifier[] | null | undefined>>;
  /** By name, relationships that are not served under both addresses: a link has to lead somewhere. */
  readonly served?: Readonly<Record<string, 'related' | 'nowhere'>>;
}

/** A JSON:API resource with absolute links, thinned out to the `fields[type]` that were asked for. */
export const resource = (
  { type, id, path, attributes, relationships, served = {} }: ResourceInput,
  { origin }: Pick<RequestContext, 'origin'>,
  fields: Selection['fields'] = {},
): Resource => {
  const self = linkTo(origin, path, id);
  return {
    type,
    id,
    attributes: thin(attributes, fields[type]),
    ...(relationships && {
      relationships: Object.fromEntries(
        Object.entries(relationships).map(([name, data]) => [
          name,
          {
            ...(data !== undefined && { data }),
            ...(served[name] !== 'nowhere' && {
              links: {
                ...(served[name] === undefined && { self: `${self}relationships/${name}/` }),
                related: `${self}${name}/`,
              },
            }),
          },
        ]),
      ),
    }),
    links: { self },
  };
};

/** An address of the API. Klaviyo's end in a slash, and so do ours; both lead to the same. */
export const linkTo = (origin: string, path: string, ...ids: readonly string[]): string =>
  `${origin}${[path, ...ids.map(encodeURIComponent)].join('/')}/`;

/** A name with dots picks from within: `location.city`. */
const thin = (attributes: Resource['attributes'], fields: readonly string[] | undefined): Resource['attributes'] => {
  if (!fields) return attributes;
  const inner = new Map<string, readonly string[]>();
  for (const field of fields) {
    const [name = '', ...rest] = field.split('.');
    if (Object.hasOwn(attributes, name)) inner.set(name, [...(inner.get(name) ?? []), rest.join('.')]);
  }
  return Object.fromEntries(
    [...inner].flatMap(([name, within]) => {
      const value = attributes[name];
      // One that is asked for as a whole is whole, whatever else is asked for within it.
      const isWhole = within.includes('') || !isObject(value);
      return value === undefined ? [] : [[name, isWhole ? value : thin(value, within)]];
    }),
  );
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A document of one resource. */
export const one = (data: Resource, included?: readonly Resource[]): object => ({
  data,
  ...(included && { included: distinct(included) }),
  links: data.links,
});

/** A document of one page of resources, or of no more than their types and ids, with absolute links that keep the rest of the query. */
export const collection = (
  { items, next, prev }: Page<Identifier>,
  { origin, url, account }: Pick<RequestContext, 'origin' | 'url' | 'account'>,
  included?: readonly Resource[],
): object => {
  const self = new URL(url, origin);
  if (!self.pathname.endsWith('/')) self.pathname += '/';
  const to = (cursor: string | undefined): string | null => {
    if (cursor === undefined) return null;
    const target = new URL(self);
    target.searchParams.set('page[cursor]', bindCursor(cursor, { account, url }));
    return target.href;
  };
  return {
    data: items,
    ...(included && { included: distinct(included) }),
    links: { self: self.href, next: to(next), prev: to(prev) },
  };
};

const distinct = (resources: readonly Resource[]): Resource[] => [
  ...new Map(resources.map((resource) => [`${resource.type} ${resource.id}`, resource])).values(),
];

/** The schema of a document that holds one resource, for a route's `result`. */
export const documentOf = (type: string, attributes: v.GenericSchema) =>
  v.object({
    data: resourceOf(type, attributes),
    included: v.optional(v.array(v.unknown())),
    links: v.optional(v.unknown()),
  });

const pageLinks = v.object({ self: v.string(), next: v.nullable(v.string()), prev: v.nullable(v.string()) });

/** The schema of a page of resources, for a route's `result`. */
export const collectionOf = (type: string, attributes: v.GenericSchema) =>
  v.object({ ...pageOf(resourceOf(type, attributes)).entries, included: v.optional(v.array(v.unknown())) });

/** The same for what has no address of its own. */
export const pageOf = <Member extends v.GenericSchema>(member: Member) =>
  v.object({ data: v.array(member), links: pageLinks });

/** The schema of a page of types and ids, for the `result` of a route under `relationships`. */
export const identifiersOf = (type: string) => pageOf(v.object({ type: v.literal(type), id: v.string() }));

const resourceOf = (type: string, attributes: v.GenericSchema) =>
  v.object({
    type: v.literal(type),
    id: v.string(),
    attributes,
    relationships: v.optional(v.record(v.string(), v.unknown())),
    links: v.object({ self: v.string() }),
  });

/** To go on with a job: what its status is to be again. */
export const retryBody = <const Type extends string>(type: Type) =>
  v.strictObject({
    data: v.strictObject({
      type: v.literal(type),
      id: v.optional(v.string()),
      attributes: v.strictObject({ status: v.literal('queued') }),
    }),
  });
