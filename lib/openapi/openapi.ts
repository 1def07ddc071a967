import { type ErrorCode, errorCodes } from '../../functions/platform/errors.ts';
import { bodyLimits, limitsText } from '../../functions/platform/http/body/limits.ts';
import { mediaTypeOf, type Route } from '../../functions/platform/http/route.ts';
import type { ServiceDeclaration } from '../../functions/platform/service/service.ts';
import { bodySchemaOf } from './body.ts';
import { codesOf } from './codes.ts';
import { shareSchemas } from './components.ts';
import { exampleOf } from './examples.ts';
import { parametersOf } from './parameters.ts';
import { type Json, schemaOf } from './schema.ts';
import { segmentFailure, writeKeyScheme } from './segment.ts';

/** The OpenAPI 3.1 document of the declared routes; the same services produce the same text. */
export const openapi = (services: readonly ServiceDeclaration[]): Json => {
  const described: Record<string, Record<string, Json>> = {};
  for (const { name, routes } of services) {
    for (const [operationId, route] of Object.entries(routes).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      described[route.path] = {
        ...described[route.path],
        [route.method.toLowerCase()]: operation(operationId, route, name),
      };
    }
  }
  const { paths, schemas } = shareSchemas(described);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Tributary',
      version: '1',
      description:
        'Collects customer data in your own AWS account. Requests and responses have the format of Klaviyo’s API ' +
        '(revision 2026-07-15), so its clients work with this host. Errors: docs/errors.md.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The host that serves this document' }],
    tags: services.filter(({ routes }) => Object.keys(routes).length > 0).map(({ name }) => ({ name })),
    paths,
    components: {
      securitySchemes,
      parameters,
      headers,
      schemas: { ...schemas, ErrorDocument: errorDocument },
      responses: Object.fromEntries(statuses().map((status) => [`Error${status}`, errorResponse(status)])),
    },
  };
};

const operation = (operationId: string, route: Route, tag: string): Json => {
  const { summary, description, body, protocol } = route;
  const parametersHere = parametersOf(route);
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    security: securityOf(route),
    ...(parametersHere.length > 0 && { parameters: parametersHere }),
    ...(body && {
      requestBody: {
        ...(protocol.requestType === JSON_API && { description: limitsText(bodyLimits(route)) }),
        required: true,
        content: { [protocol.requestType]: { schema: bodySchemaOf(route, body), ...exampleOf(operationId) } },
      },
    }),
    responses: { ...successes(route), ...failures(route) },
  };
};

const JSON_API = 'application/vnd.api+json';

const securityOf = ({ scope, protocol }: Route): Json[] => {
  if (scope === 'open') return [];
  if (protocol.name === 'segment') return [{ writeKey: [] }];
  return scope === 'public' ? [{ companyId: [] }] : [{ apiKey: [scope] }, { bearer: [scope] }];
};

const successes = (route: Route): Json => {
  const { status, alsoStatus, emptyStatus, result, scope, body, protocol } = route;
  const names = [
    'Tributary-Request',
    ...(protocol.name === 'segment' ? [] : ['X-Klaviyo-Req-Id']),
    ...(body && protocol.requestType === JSON_API ? ['Tributary-Doubtful', 'Tributary-Ignored'] : []),
    ...(scope === 'open' ? [] : ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset']),
  ];
  const own = Object.entries(route.headers ?? {}).map(([name, text]) => [
    name,
    { description: text, schema: { type: 'string' } },
  ]);
  const headers = Object.fromEntries([
    ...names.map((name) => [name, { $ref: `#/components/headers/${name}` }]),
    ...own,
  ]);
  const answer = {
    description: meanings[status],
    headers,
    ...(result && status !== 204 && { content: { [mediaTypeOf(route)]: { schema: schemaOf(result, 'output') } } }),
  };
  return {
    [status]: answer,
    ...(emptyStatus !== undefined && { [emptyStatus]: { description: meanings[emptyStatus], headers } }),
    ...(alsoStatus !== undefined && { [alsoStatus]: { ...answer, description: meanings[alsoStatus] } }),
  };
};

const meanings: Readonly<Record<Route['status'], string>> = {
  200: 'Done.',
  201: 'Created.',
  202: 'Accepted and stored.',
  204: 'Done, without a body.',
  302: 'It is elsewhere: see `location`.',
};

const failures = (route: Route): Json =>
  Object.fromEntries(
    [...new Set(codesOf(route).map((code) => errorCodes[code].status))]
      .toSorted((a, b) => a - b)
      .map((status) => [status, failureFormats[route.protocol.name] ?? errorReference(status)]),
  );

const errorReference = (status: number): Json => ({ $ref: `#/components/responses/Error${status}` });

/** The error of a script, for the tools of a browser. */
const plainFailure: Json = {
  description: 'The reason, in plain text.',
  content: { 'text/plain': { schema: { type: 'string' } } },
};

/** Errors that are no JSON:API documents, by protocol. */
const failureFormats: Readonly<Record<string, Json>> = { script: plainFailure, segment: segmentFailure };

const statuses = (): number[] => [...new Set(Object.values(errorCodes).map(({ status }) => status))];

const errorResponse = (status: number): Json => {
  // The keys of the table of codes are its codes, which Object.keys can't express.
  const codes = (Object.keys(errorCodes) as ErrorCode[]).filter((code) => errorCodes[code].status === status);
  const [first] = codes;
  const own = { 405: ['Allow'], 429: ['Retry-After'], 503: ['Retry-After'] }[status] ?? [];
  return {
    description: `${first ? errorCodes[first].title : ''} Code: ${codes.map((code) => `\`${code}\``).join(' or ')}.`,
    headers: Object.fromEntries(
      ['Tributary-Request', 'X-Klaviyo-Req-Id', ...own].map((name) => [name, { $ref: `#/components/headers/${name}` }]),
    ),
    content: { [JSON_API]: { schema: { $ref: '#/components/schemas/ErrorDocument' } } },
  };
};

const text = { type: 'string' };

const errorDocument: Json = {
  type: 'object',
  required: ['errors'],
  properties: {
    errors: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['id', 'status', 'code', 'title', 'detail', 'source', 'links', 'meta'],
        properties: {
          id: { type: 'string', format: 'uuid' },
          status: { type: 'integer' },
          code: { type: 'string', enum: Object.keys(errorCodes) },
          title: text,
          detail: { type: 'string', description: 'What is wrong, with which value, and what to do.' },
          source: {
            type: 'object',
            properties: {
              pointer: { type: 'string', description: 'JSON pointer (RFC 6901) into the request body.' },
              parameter: { type: 'string', description: 'The query parameter.' },
              header: text,
            },
          },
          links: { type: 'object' },
          meta: { type: 'object' },
        },
      },
    },
  },
};

const header = (description: string, type = 'integer') => ({ description, schema: { type } });

const headers: Json = {
  'Tributary-Request': header('The id of this request in the logs.', 'string'),
  'Tributary-Doubtful': header(
    'JSON pointers of phone numbers in the body that no known numbering plan has. They are stored.',
    'string',
  ),
  'X-Klaviyo-Req-Id': header('The same id, under the name that Klaviyo’s clients read.', 'string'),
  'Tributary-Ignored': header(
    'JSON pointers of request members that are not stored: members that Klaviyo documents and Tributary does ' +
      'not support, and with the setting `unknownMembers=ignore` all unknown members.',
    'string',
  ),
  'RateLimit-Limit': header(
    'The nearest limit, then the limits per second and per minute: `350, 350;w=1, 21000;w=60`.',
    'string',
  ),
  'RateLimit-Remaining': header('Requests left in the nearest limit, as counted by the responding process.'),
  'RateLimit-Reset': header('Seconds until the window of the nearest limit ends.'),
  'Retry-After': header('Seconds to wait before the next attempt.'),
  Allow: header('The methods that this path supports.', 'string'),
};

const parameters: Json = {
  Revision: {
    name: 'revision',
    in: 'header',
    description: 'A date, as clients of Klaviyo’s API send it. The response does not depend on it.',
    schema: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\d(\\.\\w+)?$', examples: ['2026-07-15'] },
  },
};

const securitySchemes: Json = {
  apiKey: { type: 'apiKey', in: 'header', name: 'Authorization', description: '`Klaviyo-API-Key pk_…`' },
  bearer: { type: 'http', scheme: 'bearer', description: '`Bearer pk_…`: the same key.' },
  companyId: {
    type: 'apiKey',
    in: 'query',
    name: 'company_id',
    description: 'The id of the account, six letters and digits. It is public and proves nothing.',
  },
  writeKey: writeKeyScheme,
};
