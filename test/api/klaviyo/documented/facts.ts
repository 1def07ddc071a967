import * as v from 'valibot';
import facts from './facts.json' with { type: 'json' };
import { isList, type Outline } from './outline.ts';

const Names = v.array(v.string());
const Filter = v.object({
  value: v.string(),
  single: v.optional(Names, []),
  list: v.optional(Names, []),
  none: v.optional(Names, []),
});

const Outlined: v.GenericSchema<Outline> = v.custom<Outline>(
  (value) => typeof value === 'string' || (typeof value === 'object' && value !== null),
);

const Served = v.object({
  filters: v.optional(v.record(v.string(), Filter), {}),
  sorts: v.optional(Names, []),
  include: v.optional(Names, []),
  fields: v.optional(v.record(v.string(), v.string()), {}),
  additionalFields: v.optional(v.record(v.string(), v.string()), {}),
  pageSize: v.optional(v.object({ default: v.number(), max: v.number() })),
  cursor: v.optional(v.boolean(), false),
  answers: v.record(v.string(), v.boolean()),
  relationships: v.optional(Names, []),
  neverNull: v.optional(Names, []),
  body: v.optional(Outlined),
});
export type Served = v.InferOutput<typeof Served>;

const parsed = v.parse(
  v.object({ operations: Names, lists: v.record(v.string(), Names), served: v.record(v.string(), Served) }),
  facts,
);

/** Facts from Klaviyo's document of revision 2026-07-15, as written by `read-document.ts`. */
export const { operations, served } = parsed;

/** The names of one of the lists that several operations share. */
export const namesOf = (list: string): readonly string[] => parsed.lists[list] ?? [];

export const normal = (path: string): string => path.replaceAll(/\{\w+\}/g, '{id}');

export const methodOf = (operation: string): string => operation.split(' ')[0] ?? '';
export const pathOf = (operation: string): string => operation.split(' ')[1] ?? '';

export interface QueryCase {
  /** The name in the table of refusals. */
  readonly name: string;
  readonly query: string;
  /** A filter that matches something in the shop. */
  readonly finds: boolean;
}

type ValueOf = (field: string, operator: string, kind: string) => string | undefined;

const filterCases = ({ filters }: Served, sampleOf: ValueOf): QueryCase[] =>
  Object.entries(filters).flatMap(([field, { value: kind, single, list, none }]) => {
    const of = (operator: string): string => sampleOf(field, operator, kind) ?? '"none"';
    const finds = (operator: string): boolean => sampleOf(field, operator, kind) !== undefined;
    const one = (operator: string, text: string): QueryCase => ({
      name: `filter ${text.replace(/,.*/, '')}`,
      query: `filter=${encodeURIComponent(text)}`,
      finds: finds(operator),
    });
    return [
      ...single.map((operator) => one(operator, `${operator}(${field},${of(operator)})`)),
      ...list.map((operator) => ({
        ...one(operator, `${operator}(${field},[${of(operator)},${of(operator)}])`),
        name: `filter ${operator}(${field},[])`,
      })),
      ...none.map((operator) => ({ ...one(operator, `${operator}(${field})`), name: `filter ${operator}(${field})` })),
    ];
  });

/** Every option of an operation's query, one per case, except the attributes of `fields[…]`. */
export const queryCases = (of: Served, sampleOf: ValueOf): QueryCase[] => {
  const plain = (name: string, parameter: string, value: string): QueryCase => ({
    name,
    query: `${encodeURIComponent(parameter)}=${encodeURIComponent(value)}`,
    finds: false,
  });
  return [
    ...filterCases(of, sampleOf),
    ...of.sorts.map((sort) => plain(`sort ${sort}`, 'sort', sort)),
    ...of.include.map((name) => plain(`include ${name}`, 'include', name)),
    ...Object.entries(of.additionalFields).flatMap(([type, list]) =>
      namesOf(list).map((name) => plain(`additional-fields[${type}] ${name}`, `additional-fields[${type}]`, name)),
    ),
    ...(of.pageSize ? [1, of.pageSize.max].map((size) => plain(`page[size] ${size}`, 'page[size]', `${size}`)) : []),
  ];
};

/** Values of members by their pointers, with `*` for every element of a list. */
export type Values = (pointer: string, kind: string) => unknown;

/** A body by its outline, with the required or requested members. */
export const bodyFrom = (
  outline: Outline,
  sampleOf: Values,
  isWanted: (pointer: string) => boolean,
  at = '',
): unknown => {
  const own = sampleOf(at, typeof outline === 'string' ? outline : isList(outline) ? 'list' : 'members');
  if (own !== undefined) return own === LEFT_OUT ? undefined : own;
  if (typeof outline === 'string') {
    if (outline.startsWith('=')) return outline.slice(1).split('|')[0];
    throw new Error(`No value for ${at}, a ${outline}.`);
  }
  if (isList(outline)) return [bodyFrom(outline[0], sampleOf, isWanted, `${at}/*`)];
  return Object.fromEntries(
    Object.entries(outline).flatMap(([name, of]) => {
      const member = name.replace('*', '');
      if (!name.endsWith('*') && !isWanted(`${at}/${member}`)) return [];
      const value = bodyFrom(of, sampleOf, isWanted, `${at}/${member}`);
      return value === undefined ? [] : [[member, value]];
    }),
  );
};

/** In place of a value: the member is not sent. */
export const LEFT_OUT = Symbol('left out');
