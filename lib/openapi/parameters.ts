import type { Reading } from '../../functions/platform/http/query/selection.ts';
import type { Route } from '../../functions/platform/http/route.ts';
import { filterExample, pathExample } from './examples.ts';
import { isObject, type Json, schemaOf } from './schema.ts';

/** All parts of a request except its body: path, query grammar, further query parameters, headers. */
export const parametersOf = (route: Route): Json[] => [
  ...[...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
    example: pathExample(route.path, name ?? ''),
  })),
  ...grammar(route.reading ?? {}),
  ...further(route),
  ...(/^\/(api|client)\//.test(route.path) ? [{ $ref: '#/components/parameters/Revision' }] : []),
];

const grammar = ({
  filters,
  isFilterRequired = false,
  sorts,
  include,
  fields,
  additionalFields,
  page,
}: Reading): Json[] => [
  ...(filters
    ? [
        {
          ...query('filter', { type: 'string' }, filterText(filters)),
          ...(isFilterRequired && { required: true }),
          example: filterExample(filters),
        },
      ]
    : []),
  ...(sorts
    ? [
        query(
          'sort',
          { type: 'string', enum: sorts.flatMap((field) => [field, `-${field}`]) },
          'Ascending; `-` sorts descending.',
        ),
      ]
    : []),
  ...(include ? [list('include', include, 'Related resources to include in the response, joined by commas.')] : []),
  ...Object.entries(fields ?? {}).map(([type, { entries }]) =>
    list(
      `fields[${type}]`,
      undefined,
      `Only these attributes of ${type} resources: ${['id', ...Object.keys(entries)].join(', ')}. A name with dots picks from within one.`,
    ),
  ),
  ...Object.entries(additionalFields ?? {}).map(([type, names]) =>
    list(`additional-fields[${type}]`, names, 'Attributes that are returned only on request.'),
  ),
  ...(page
    ? [
        query('page[size]', { type: 'integer', minimum: 1, maximum: page.max, default: page.default }),
        query('page[cursor]', { type: 'string' }, 'From `links.next` or `links.prev` of an earlier response.'),
      ]
    : []),
];

const filterText = (filters: NonNullable<Reading['filters']>): string =>
  [
    'Expressions such as `equals(field,"text")`, joined by commas; all must match. Text is quoted; times (ISO 8601), numbers and booleans are not.',
    '',
    ...Object.entries(filters).map(
      ([field, { operators, value = 'text' }]) =>
        `- \`${field}\` (${[value].flat().join(' or ')}): ${operators.map((o) => `\`${o}\``).join(', ')}`,
    ),
  ].join('\n');

const further = ({ query: schema }: Route): Json[] => {
  if (!schema) return [];
  const { properties, required } = schemaOf(schema, 'input');
  if (!isObject(properties)) return [];
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = isObject(property) ? property : {};
    const isRequired = Array.isArray(required) && required.includes(name);
    return {
      ...query(name, rest, typeof description === 'string' ? description : undefined),
      ...(isRequired && { required: true }),
    };
  });
};

const query = (name: string, schema: Json, description?: string): Json => ({
  name,
  in: 'query',
  ...(description !== undefined && { description }),
  schema,
});

const list = (name: string, values: readonly string[] | undefined, description: string): Json => ({
  ...query(name, { type: 'array', items: { type: 'string', ...(values && { enum: values }) } }, description),
  style: 'form',
  explode: false,
});
