import { isObject, type Json } from '../../lib/openapi/schema.ts';
import { PREFIX } from '../support/catalog/catalog-bodies.ts';
import { emails, FORM_STEP, type Things } from './things.ts';

/** The document for one account: public routes name it. Long polls do not wait, since each would take its time. */
export const ofAccount = (document: Json, companyId: string): Json =>
  eachOperation(document, (operation) => {
    const parameters = parametersOf(operation).map((one) => (one.name === 'wait' ? { ...one, ...AT_ONCE } : one));
    const isPublic = JSON.stringify(operation.security).includes('companyId');
    return { ...operation, parameters: isPublic ? [...parameters, companyIdOf(companyId)] : parameters };
  });

const AT_ONCE: Json = { required: true, example: undefined, schema: { type: 'string', const: '0' } };

const companyIdOf = (id: string): Json => ({
  name: 'company_id',
  in: 'query',
  required: true,
  schema: { type: 'string', const: id },
});

/**
 * The document narrowed to what is there and to rules that JSON Schema has no words for: ids that are known, addresses
 * that are some, filters that can be read. What is made up from it gets past the checks of a request.
 */
export const sharpened = (document: Json, things: Things): Json => {
  const { components } = document;
  const narrowed = eachOperation(document, (operation, path, method) => ({
    ...operation,
    parameters: parametersOf(operation).flatMap((parameter) => parameterOf(parameter, { path, method }, things)),
    ...(isObject(operation.requestBody) && { requestBody: bodyOf(operation.requestBody, seenAt(path, things)) }),
  }));
  if (!isObject(components) || !isObject(components.schemas)) return narrowed;
  const schemas = Object.fromEntries(
    // Only these are of requests.
    Object.entries(components.schemas).map(([name, schema]) => [
      name,
      name.endsWith('Input') ? narrow(schema, seenAt(name, things)) : schema,
    ]),
  );
  return { ...narrowed, components: { ...components, schemas } };
};

/** Visitors see a form of their own, which no other request changes, and jobs delete what nothing else asks for. */
const seenAt = (path: string, things: Things): Things => {
  if (/catalog.*bulk-?delete/i.test(path)) return { ...things, ...goneFromCatalog };
  const { '/client/forms': form = '', '/client/form-versions': version = '' } = things;
  return path.startsWith('/client/') ? { ...things, '/api/forms': form, '/api/form-versions': version } : things;
};

const goneFromCatalog: Things = Object.fromEntries(
  ['items', 'variants', 'categories'].map((many) => [`/api/catalog-${many}`, `${PREFIX}gone`]),
);

/** Examples are of things that are not there. */
const noExample = { example: undefined };

interface Place {
  readonly path: string;
  readonly method: string;
}

const parameterOf = (parameter: Json, { path, method }: Place, things: Things): Json[] => {
  const { name, in: place, description } = parameter;
  if (place === 'path') {
    const [root = ''] = path.split('/{');
    const id = things[`${method.toUpperCase()} ${root}`] ?? things[root] ?? 'unknown';
    return [{ ...parameter, ...noExample, schema: { type: 'string', enum: [id] } }];
  }
  // Made up ones are of no list.
  if (name === 'page[cursor]') return [];
  return name === 'filter'
    ? [{ ...parameter, ...noExample, schema: { type: 'string', enum: filtersIn(String(description), things) } }]
    : [parameter];
};

/** One for each field and operator that the description names. */
const filtersIn = (description: string, things: Things): string[] =>
  [...description.matchAll(/^- `(.+?)` \((.+?)\): (.+)$/gm)].flatMap(([, field = '', kinds = '', named = '']) =>
    [...named.matchAll(/`(.+?)`/g)].map(([, operator = '']) => {
      if (operator === 'has') return `has(${field})`;
      const text = `"${filterValue(field, things)}"`;
      const value = kinds.includes('time') ? '2026-01-01T00:00:00Z' : text;
      return `${operator}(${field},${operator === 'any' ? `[${value}]` : value})`;
    }),
  );

const filterValue = (field: string, things: Things): string => {
  if (field === 'id' || field === 'profile_id') return things['/api/profiles'] ?? '';
  if (field === 'metric_id') return things['/api/metrics'] ?? '';
  if (field === 'phone_number') return '+4930123456';
  if (field.endsWith('suppression.reason')) return 'UNSUBSCRIBE';
  if (field.endsWith('list_suppressions.reason')) return 'UNSUBSCRIBE';
  return { email: emails[0], status: 'complete', kind: 'profiles' }[field] ?? 'fuzz';
};

const bodyOf = ({ content, ...body }: Json, things: Things): Json => ({
  ...body,
  content: Object.fromEntries(
    Object.entries(isObject(content) ? content : {}).map(([type, of]) => {
      const { examples: _, ...rest } = isObject(of) ? of : {};
      return [type, narrow(rest, things)];
    }),
  ),
});

/** Of members by their names, wherever they stand. */
const narrow = (value: unknown, things: Things): unknown => {
  if (Array.isArray(value)) return value.map((one) => narrow(one, things));
  if (!isObject(value)) return value;
  const { properties } = value;
  if (!isObject(properties)) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, narrow(member, things)]));
  }
  const required = [...(Array.isArray(value.required) ? value.required : []), ...NEEDED];
  const members = Object.entries(properties).flatMap(([name, member]) => {
    if (OPTIONAL.has(name) && !required.includes(name)) return [];
    const values = isText(member) ? valuesOf(name, { type: constOf(properties.type), things }) : undefined;
    return [[name, values ? { enum: values } : narrow(member, things)] as const];
  });
  return {
    ...value,
    type: 'object',
    properties: Object.fromEntries(members),
    required: [...new Set(required)].filter((name) => name in properties),
  };
};

/** Of no use, or in the way of each other, where they are not needed. */
const OPTIONAL = new Set(
  (
    'consented_at historical_import meta segment list id external_id phone_number sms whatsapp push open_tracking by ' +
    'button hidden utm _kx'
  ).split(' '),
);
const NEEDED = ['email', 'marketing', 'profiles', 'subscriptions', 'attributes'];

const isText = (schema: unknown): boolean =>
  isObject(schema) && !['$ref', 'properties', 'enum', 'const'].some((name) => name in schema);

const constOf = (schema: unknown): string => (isObject(schema) ? String(schema.const) : '');

interface Resource {
  /** The `type` beside the member. */
  readonly type: string;
  readonly things: Things;
}

const valuesOf = (name: string, { type, things }: Resource): readonly unknown[] | undefined =>
  ({
    email: emails,
    name: ['Fuzzed', 'Fuzzed too', 'Gefuzzt\u0000é'],
    anonymous_id: ['b1', 'b2', null],
    time: ['2026-01-01T00:00:00Z', '2026-02-03T04:05:06.789+02:00', 1_767_225_600],
    value_currency: ['EUR', 'usd', null],
    timezone: ['UTC', 'Europe/Berlin', null],
    id: [things[`/api/${type.replace(/y$/, 'ie')}s`] ?? things['/api/profiles']],
    form_id: [things['/api/forms']],
    form_version_id: [things['/api/form-versions']],
    step: [FORM_STEP.id],
    fields: [FORM_STEP.fields],
    metric_id: [things['/api/metrics']],
    url: [LINK],
    location: [LINK],
    image_full_url: [LINK, null],
    image_thumbnail_url: [LINK, null],
    images: [[LINK], []],
    filter: [['greater-or-equal(datetime,2026-01-01T00:00:00)', 'less-than(datetime,2026-03-01T00:00:00)']],
  })[name];

const LINK = 'http://127.0.0.1:9/fuzz';

const parametersOf = ({ parameters }: Json): Json[] => (Array.isArray(parameters) ? parameters.filter(isObject) : []);

const eachOperation = (document: Json, change: (operation: Json, path: string, method: string) => Json): Json => {
  const { paths } = document;
  if (!isObject(paths)) return document;
  const changed = Object.entries(paths).map(([path, item]) => [
    path,
    Object.fromEntries(
      Object.entries(isObject(item) ? item : {}).map(([method, operation]) => [
        method,
        isObject(operation) ? change(operation, path, method) : operation,
      ]),
    ),
  ]);
  return { ...document, paths: Object.fromEntries(changed) };
};
