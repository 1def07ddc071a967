import { readFileSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { allServices } from '../../../../functions/services.ts';
import { bodyOf, type Node, type Outline, pointersOf } from './outline.ts';

/**
 * Writes the facts of Klaviyo's OpenAPI document about the operations served here: `node
 * test/api/klaviyo/documented/read-document.ts openapi.json`. Only names and shapes, none of its text.
 */
const Parameter = v.object({
  name: v.string(),
  in: v.string(),
  required: v.optional(v.boolean()),
  schema: v.optional(v.looseObject({}), {}),
});
const Media = v.object({ schema: v.optional(v.looseObject({})) });
const Content = v.record(v.string(), Media);
const Filters = v.record(
  v.string(),
  v.object({
    operators: v.record(v.string(), v.array(v.string())),
    value: v.optional(v.object({ type: v.optional(v.string()), format: v.optional(v.string()) }), {}),
  }),
);
const Operation = v.object({
  parameters: v.optional(v.array(v.looseObject({})), []),
  requestBody: v.optional(v.object({ content: Content })),
  responses: v.record(v.string(), v.looseObject({ content: v.optional(Content) })),
  'x-klaviyo-filters': v.optional(Filters),
});
const Document = v.object({
  paths: v.record(v.string(), v.looseObject({})),
  components: v.looseObject({}),
});

const normal = (path: string): string => path.replace(/\/$/, '').replaceAll(/\{\w+\}/g, '{id}');
const served = new Set(
  allServices.flatMap(({ routes }) => Object.values(routes).map(({ method, path }) => `${method} ${normal(path)}`)),
);

const [, , file = ''] = process.argv;
const document = v.parse(Document, JSON.parse(readFileSync(file, 'utf8')));
const { deref, outline } = bodyOf(document);

const values = (schema: Node): readonly string[] => {
  const { items = {}, enum: own } = deref(schema);
  return v.parse(v.array(v.string()), own ?? deref(v.parse(v.looseObject({}), items)).enum ?? []).toSorted();
};

/** Lists that many operations share, once. */
const lists = new Map<string, readonly string[]>();
const listName = (type: string, all: readonly string[]): string => {
  const same = [...lists].find(([name, one]) => name.startsWith(`${type} `) && one.join() === all.join());
  if (same) return same[0];
  const name = `${type} ${[...lists.keys()].filter((one) => one.startsWith(`${type} `)).length + 1}`;
  lists.set(name, all);
  return name;
};

const query = ({ parameters, 'x-klaviyo-filters': filters }: v.InferOutput<typeof Operation>) => {
  const all = parameters.map((one) => v.parse(Parameter, deref(one))).filter((one) => one.in === 'query');
  const of = (prefix: string) =>
    Object.fromEntries(
      all.flatMap(({ name, schema }): [string, string][] => {
        const type = name.startsWith(`${prefix}[`) ? name.slice(prefix.length + 1, -1) : undefined;
        return type === undefined ? [] : [[type, listName(type, values(schema))]];
      }),
    );
  const one = (name: string) => all.find((parameter) => parameter.name === name);
  const size = one('page[size]')?.schema;
  const [fields, additionalFields] = [of('fields'), of('additional-fields')];
  return {
    ...(filters && {
      filters: Object.fromEntries(
        Object.entries(filters).map(([field, { operators, value }]) => [
          field,
          { value: value.format ?? value.type ?? 'none', ...operators },
        ]),
      ),
    }),
    ...(one('sort') && { sorts: values(one('sort')?.schema ?? {}) }),
    ...(one('include') && { include: values(one('include')?.schema ?? {}) }),
    ...(Object.keys(fields).length > 0 && { fields }),
    ...(Object.keys(additionalFields).length > 0 && { additionalFields }),
    ...(size && { pageSize: { default: size.default, max: size.maximum } }),
    ...(one('page[cursor]') && { cursor: true }),
  };
};

const schemaIn = (content: v.InferOutput<typeof Content> | undefined): Node | undefined =>
  Object.values(content ?? {})[0]?.schema;

const namesIn = (schema: Outline | undefined, path: readonly string[]): string[] => {
  const found = path.reduce<Outline | undefined>((node, step) => {
    const whole = Array.isArray(node) ? node[0] : node;
    if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) return undefined;
    return whole[step] ?? whole[`${step}*`];
  }, schema);
  return typeof found === 'object' && !Array.isArray(found)
    ? Object.keys(found).map((name) => name.replace('*', ''))
    : [];
};

/** Names of attributes, also nested ones, that are never null. */
const neverNull = (node: Node, at: readonly string[] = []): string[] => {
  const { properties = {}, items } = v.parse(
    v.object({ properties: v.optional(v.record(v.string(), v.looseObject({}))), items: v.optional(v.looseObject({})) }),
    deref(node),
  );
  if (items || at.length > 6) return [];
  return Object.entries(properties).flatMap(([name, of]) => {
    const path = [...at, name];
    const isNull = of.nullable === true || deref(of).nullable === true;
    return [...(isNull ? [] : [path.join('.')]), ...neverNull(of, path)];
  });
};

const attributesOf = (answer: Node | undefined): Node | undefined => {
  const of = (node: Node | undefined, name: string): Node | undefined => {
    const found =
      node &&
      v.parse(v.looseObject({ properties: v.optional(v.record(v.string(), v.looseObject({}))) }), deref(node))
        .properties?.[name];
    return found && deref(found);
  };
  const data = of(answer, 'data');
  const one = data && 'items' in data ? deref(v.parse(v.looseObject({}), data.items)) : data;
  return of(one, 'attributes');
};

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).flatMap(([method, declared]): [string, v.InferOutput<typeof Operation>][] =>
    /^(get|post|patch|put|delete)$/.test(method)
      ? [[`${method.toUpperCase()} ${normal(path)}`, v.parse(Operation, declared)]]
      : [],
  ),
);

const described = operations
  .filter(([operation]) => served.has(operation))
  .map(([operation, declared]) => {
    const good = Object.entries(declared.responses).filter(([status]) => status.startsWith('2'));
    const answers = Object.fromEntries(good.map(([status, { content }]) => [status, content !== undefined]));
    const answer = schemaIn(good[0]?.[1].content);
    const shape = answer && outline(answer);
    const attributes = attributesOf(answer);
    const never = attributes ? neverNull(attributes) : [];
    const relationships = namesIn(shape, ['data', 'relationships']);
    const body = schemaIn(declared.requestBody?.content);
    return [
      operation,
      {
        ...query(declared),
        answers,
        ...(relationships.length > 0 && { relationships }),
        ...(never.length > 0 && { neverNull: never }),
        ...(body && { body: outline(body) }),
      },
    ] as const;
  })
  .toSorted(([a], [b]) => (a < b ? -1 : 1));

const facts = {
  revision: '2026-07-15',
  /** All documented ones: those that are served must be listed below. */
  operations: operations.map(([operation]) => operation).toSorted(),
  lists: Object.fromEntries(lists),
  served: Object.fromEntries(described),
};
writeFileSync(new URL('./facts.json', import.meta.url), `${JSON.stringify(facts, null, 1)}\n`);

const requests = new URL('../../../contract/klaviyo-requests.json', import.meta.url);
const Requests = v.record(v.string(), v.looseObject({}));
const before = v.parse(Requests, JSON.parse(readFileSync(requests, 'utf8')));
const after = Object.fromEntries(
  operations
    .filter(([operation]) => served.has(operation))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([operation, declared]) => {
      const body = schemaIn(declared.requestBody?.content);
      const parameters = declared.parameters
        .map((one) => v.parse(Parameter, deref(one)))
        .flatMap(({ name, in: where }) => (where === 'query' ? [name] : []))
        .toSorted();
      const good = Object.entries(declared.responses).filter(([status]) => status.startsWith('2'));
      return [
        operation,
        {
          ...(body && { members: pointersOf(outline(body)).toSorted() }),
          // From the models of a later SDK; no document has them.
          ...(before[operation]?.['members 2026-10-15'] !== undefined && {
            'members 2026-10-15': before[operation]['members 2026-10-15'],
          }),
          ...(parameters.length > 0 && { parameters }),
          answers: Object.fromEntries(good.map(([status, { content }]) => [status, content !== undefined])),
        },
      ];
    }),
);
writeFileSync(requests, `${JSON.stringify(after, null, 2)}\n`);
