import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import committed from '../../docs/openapi.json' with { type: 'json' };
import { allServices } from '../../functions/services.ts';
import { openapi } from '../../lib/openapi/openapi.ts';

const made = JSON.parse(JSON.stringify(openapi(allServices)));

test('the committed document is current: npm run openapi', () => {
  expect(committed).toEqual(made);
});

test('the same services produce the same text', () => {
  expect(JSON.stringify(openapi(allServices))).toBe(JSON.stringify(openapi(allServices)));
});

test('the document is valid OpenAPI 3.1, and all of its references resolve', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(made));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(validator.version).toBe('3.1');

  const references = [...JSON.stringify(made).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
  for (const path of references) {
    const target = path.split('/').reduce<unknown>((within, name) => Object(within)[name], made);
    expect(target, path).toBeTypeOf('object');
  }
});

test('every route is one operation, named by its export', () => {
  const operations = Object.values<Record<string, { operationId: string }>>(made.paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  expect(operations.toSorted()).toEqual(allServices.flatMap(({ routes }) => Object.keys(routes)).toSorted());
  expect(new Set(operations).size).toBe(operations.length);
});

test('the document is small enough to bundle into a function', () => {
  expect(readFileSync(new URL('../../docs/openapi.json', import.meta.url)).byteLength).toBeLessThan(1_572_864);
});
