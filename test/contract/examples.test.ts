import { Ajv2020 } from 'ajv/dist/2020.js';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { checkMembers } from '../../functions/platform/http/members/check.ts';
import { readSelection } from '../../functions/platform/http/query/selection.ts';
import type { Route } from '../../functions/platform/http/route.ts';
import { allServices } from '../../functions/services.ts';
import { bodyExamples } from '../../lib/openapi/examples.ts';
import { openapi } from '../../lib/openapi/openapi.ts';

const routes = allServices.flatMap(({ routes }) => Object.entries<Route>(routes));
const document = JSON.parse(JSON.stringify(openapi(allServices)));
const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { uuid: true, 'date-time': true, uri: true } });
ajv.addSchema(document, 'openapi.json');

const operationOf = ({ path, method }: Route) => document.paths[path][method.toLowerCase()];
const escaped = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1');

test('there is an example of every body, and no other', () => {
  const withBodies = routes.filter(([, { body }]) => body).map(([id]) => id);
  expect(Object.keys(bodyExamples).toSorted()).toEqual(withBodies.toSorted());
});

test.each(routes.filter(([, { body }]) => body))('the example of %s is valid', (id, route) => {
  const [media = '', { examples }] = Object.entries<{ examples: { request: { value: unknown } } }>(
    operationOf(route).requestBody.content,
  )[0] ?? ['', { examples: { request: { value: undefined } } }];
  const { value } = examples.request;
  expect(value).toEqual(bodyExamples[id]);

  const steps = ['paths', route.path, route.method.toLowerCase(), 'requestBody', 'content', media, 'schema'];
  const validate = ajv.getSchema(`openapi.json#/${steps.map(escaped).map(encodeURIComponent).join('/')}`);
  expect(validate?.(value), JSON.stringify(validate?.errors)).toBe(true);

  if (!route.body) throw new Error('It has a body.');
  if (route.protocol.name !== 'page' && !route.protocol.ignoresUnknownMembers)
    expect(checkMembers(route, value, {})).toMatchObject({ problems: [], ignored: [] });
  const { issues = [], output } = v.safeParse(route.body, value);
  // Entries of bulk requests are parsed one by one, and contain their problems.
  expect(JSON.stringify(output)).not.toContain('"isRead":false');
  expect(issues.map(({ message, path }) => [path?.map(({ key }) => key).join('.'), message])).toEqual([]);
});

test.each(routes)('the parameters of %s have valid examples', (_, route) => {
  const parameters: readonly { name?: string; in?: string; example?: string }[] = operationOf(route).parameters ?? [];
  for (const { name = '', in: place, example } of parameters) {
    if (place === 'path') expect([name, example]).toEqual([name, expect.stringMatching(/^[\w.$:-]+$/)]);
    if (name !== 'filter') continue;
    const { filters } = readSelection(route.reading, new URLSearchParams({ filter: example ?? '' }));
    expect(filters).toHaveLength(1);
  }
});
