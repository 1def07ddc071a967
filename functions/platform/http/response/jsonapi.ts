import * as v from 'valibot';
import { isRecord } from '../../json/is-record.ts';
import type { Page } from '../../table/listing/pages.ts';
import type { RequestContext } from '../context.ts';
import { bindCursor } from '../query/cursor-binding.ts';
import type { Selection } from '../query/selection.ts';

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

/** The parts of a resource. `path` is its collection, such as `/api/profiles`. */
export interface ResourceInput {
  readonly type: string;
  readonly id: string;
  readonly path: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** By name: the identifiers of the related resources, or `undefined` for links only. */
  readonly relationships?: Readonly<Record<string, Identifier | readonly Identifier[] | null | undefined>>;
  /**
   * By name: relationships without both endpoints. `related` has only the related resource, `nowhere` has no endpoint
   * to link to.
   */
  readonly relationshipLinks?: Readonly<Record<string, 'related' | 'nowhere'>>;
}

/** Builds a JSON:API resource with absolute links. `fields[type]` selects its attributes. */
export const resource = (
  { type, id, path, attributes, relationships, relationshipLinks = {} }: ResourceInput,
  { origin }: Pick<RequestContext, 'origin'>,
  fields: Selection['fields'] = {},
): Resource => {
  const self = linkTo(origin, path, id);
  return {
    type,
    id,
    attributes: selectFields(attributes, fields[type]),
    ...(relationships && {
      relationships: Object.fromEntries(
        Object.entries(relationships).map(([name, data]) => [
          name,
          {
            ...(data !== undefined && { data }),
            ...(relationshipLinks[name] !== 'nowhere' && {
              links: {
                ...(relationshipLinks[name] === undefined && { self: `${self}relationships/${name}/` }),
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

/** A URL of the API. Like Klaviyo's, it ends with a slash; the API accepts it without one too. */
export const linkTo = (origin: string, path: string, ...ids: readonly string[]): string =>
  `${origin}${[path, ...ids.map(encodeURIComponent)].join('/')}/`;

/** Selects attributes. A dotted name selects a nested attribute: `location.city`. */
const selectFields = (
  attributes: Resource['attributes'],
  fields: readonly string[] | undefined,
): Resource['attributes'] => {
  if (!fields) return attributes;
  const subfieldsByName = new Map<string, readonly string[]>();
  for (const field of fields) {
    const [name = '', ...rest] = field.split('.');
    if (Object.hasOwn(attributes, name))
      subfieldsByName.set(name, [...(subfieldsByName.get(name) ?? []), rest.join('.')]);
  }
  return Object.fromEntries(
    [...subfieldsByName].flatMap(([name, subfields]) => {
      const value = attributes[name];
      // A name without dots selects the whole attribute, even if nested names are requested too.
      const isWhole = subfields.includes('') || !isRecord(value);
      return value === undefined ? [] : [[name, isWhole ? value : selectFields(value, subfields)]];
    }),
  );
};

/** Builds a document of one resource. */
export const resourceDocument = (data: Resource, included?: readonly Resource[]): object => ({
  data,
  ...(included && { included: uniqueResources(included) }),
  links: data.links,
});

/** Builds a document of one page of resources or identifiers. Its absolute links keep the rest of the query. */
export const collectionDocument = (
  { items, next, prev }: Page<Identifier>,
  { origin, url, account }: Pick<RequestContext, 'origin' | 'url' | 'account'>,
  included?: readonly Resource[],
): object => {
  const self = new URL(url, origin);
  if (!self.pathname.endsWith('/')) self.pathname += '/';
  const linkWithCursor = (cursor: string | undefined): string | null => {
    if (cursor === undefined) return null;
    const target = new URL(self);
    target.searchParams.set('page[cursor]', bindCursor(cursor, { account, url }));
    return target.href;
  };
  return {
    data: items,
    ...(included && { included: uniqueResources(included) }),
    links: { self: self.href, next: linkWithCursor(next), prev: linkWithCursor(prev) },
  };
};

const uniqueResources = (resources: readonly Resource[]): Resource[] => [
  ...new Map(resources.map((resource) => [`${resource.type} ${resource.id}`, resource])).values(),
];

/** The schema of a document with one resource, for a route's `result`. */
export const documentSchema = (type: string, attributes: v.GenericSchema) =>
  v.object({
    data: resourceSchema(type, attributes),
    included: v.optional(v.array(v.unknown())),
    links: v.optional(v.unknown()),
  });

const pageLinks = v.object({ self: v.string(), next: v.nullable(v.string()), prev: v.nullable(v.string()) });

/** The schema of a page of resources, for a route's `result`. */
export const collectionSchema = (type: string, attributes: v.GenericSchema) =>
  v.object({ ...pageSchema(resourceSchema(type, attributes)).entries, included: v.optional(v.array(v.unknown())) });

/** The schema of a page of members without a URL of their own. */
export const pageSchema = <Member extends v.GenericSchema>(member: Member) =>
  v.object({ data: v.array(member), links: pageLinks });

/** The schema of a page of identifiers, for the `result` of a `relationships` route. */
export const identifiersSchema = (type: string) => pageSchema(v.object({ type: v.literal(type), id: v.string() }));

const resourceSchema = (type: string, attributes: v.GenericSchema) =>
  v.object({
    type: v.literal(type),
    id: v.string(),
    attributes,
    relationships: v.optional(v.record(v.string(), v.unknown())),
    links: v.object({ self: v.string() }),
  });

/** The body that continues a job, by setting its status to `queued`. */
export const retryBody = <const Type extends string>(type: Type) =>
  v.strictObject({
    data: v.strictObject({
      type: v.literal(type),
      id: v.optional(v.string()),
      attributes: v.strictObject({ status: v.literal('queued') }),
    }),
  });
