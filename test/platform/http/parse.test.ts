import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { anonymousPrincipal, createPrincipal } from '../../../functions/api/accounts.ts';
import { decodeDocument } from '../../../functions/api/klaviyo/decode.ts';
import { route } from '../../../functions/api/klaviyo/protocol.ts';
import { ApiError } from '../../../functions/platform/errors.ts';

const body = v.object({ name: v.string(), tags: v.optional(v.array(v.object({ 'a/b~c': v.number() }))) });

const takes = (scope: 'things:write' | 'public') =>
  route({
    method: 'POST',
    path: '/api/things',
    summary: 'Make a thing',
    scope,
    status: 202,
    query: v.object({ company_id: v.optional(v.pipe(v.string(), v.length(6))) }),
    body,
    maxBodyBytes: 1_000,
    async handle() {
      return undefined;
    },
  });

interface Sent {
  readonly text?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly scope?: 'things:write' | 'public';
}

const account = { id: 'Ab12Cd', name: 'A shop', timezone: 'UTC', createdAt: '2026-01-01T00:00:00Z' };

/** API Gateway passes bytes in base64, and text as text. */
const read = ({ text, headers = { 'content-type': 'application/json' }, query = '', scope = 'things:write' }: Sent) => {
  const isBase64Encoded = Buffer.isBuffer(text);
  const sent = isBase64Encoded ? text.toString('base64') : text;
  const event = { rawQueryString: query, headers, isBase64Encoded, ...(sent !== undefined && { body: sent }) };
  return decodeDocument(
    { route: takes(scope), event: event as unknown as APIGatewayProxyEventV2 },
    createPrincipal(account, anonymousPrincipal),
  );
};

const errorOf = (sent: Sent): ApiError => {
  try {
    read(sent);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('It was taken.');
};

const json = '{"name":"Ä"}';
const gzip = { 'content-type': 'application/json', 'content-encoding': 'gzip' };

describe('accepts a body', () => {
  test.each<[string, Sent]>([
    ['as JSON', { text: json }],
    ['as JSON:API', { text: json, headers: { 'content-type': 'application/vnd.api+json; charset=utf-8' } }],
    ['without a content type', { text: json, headers: {} }],
    ['in base64', { text: Buffer.from(json) }],
    ['in gzip', { text: gzipSync(json), headers: gzip }],
    ['in gzip, whatever the case', { text: gzipSync(json), headers: { ...gzip, 'content-encoding': ' GZIP ' } }],
    ['with a byte order mark', { text: Buffer.from(`\uFEFF${json}`) }],
    ['with a byte order mark in text', { text: `\uFEFF${json}` }],
    ['as text/plain from a browser', { text: json, headers: { 'content-type': 'text/plain' }, scope: 'public' }],
  ])('%s', (_, sent) => {
    expect(read(sent).body).toEqual({ name: 'Ä' });
  });
});

describe('refuses a body', () => {
  test.each<[string, Sent, string, RegExp]>([
    ['with members that nobody asked for', { text: '{"name":"Ä","more":{"__proto__":1}}' }, 'invalid', /'more' is not/],
    ['with a member called __proto__', { text: '{"name":"Ä","__proto__":{}}' }, 'invalid', /'__proto__' is not/],
    ['that is not there', {}, 'invalid', /has no body/],
    ['that is empty', { text: '' }, 'invalid', /has no body/],
    ['that is not JSON', { text: '{"name":' }, 'invalid', /not JSON/],
    ['that is not UTF-8', { text: Buffer.from([0x22, 0xff, 0x22]) }, 'invalid', /not UTF-8/],
    ['that is not gzip', { text: Buffer.from('hello'), headers: gzip }, 'invalid', /not gzip/],
    ['that was cut off', { text: gzipSync(json).subarray(0, 15), headers: gzip }, 'invalid', /not gzip/],
    ['that API Gateway took for text', { text: gzipSync(json).toString(), headers: gzip }, 'invalid', /vnd\.api\+json/],
    ['that is packed otherwise', { text: json, headers: { 'content-encoding': 'br' } }, 'unsupported_media_type', /br/],
    ['of a form', { text: 'a=1', headers: { 'content-type': 'text/html' } }, 'unsupported_media_type', /text\/html/],
    ['as text with a key', { text: json, headers: { 'content-type': 'text/plain' } }, 'unsupported_media_type', /text/],
    ['that is too large', { text: `"${'x'.repeat(1_000)}"` }, 'too_large', /1000 bytes/],
    ['that is too large in bytes', { text: `"${'ä'.repeat(500)}"` }, 'too_large', /1000 bytes/],
    ['that is too large in base64', { text: Buffer.alloc(1_001, 'x') }, 'too_large', /1000 bytes/],
    ['that unpacks to more', { text: gzipSync(Buffer.alloc(50_000_000)), headers: gzip }, 'too_large', /1000 bytes/],
  ])('%s', (_, sent, code, detail) => {
    const error = errorOf(sent);
    expect(error.code).toBe(code);
    expect(error.problems[0]?.detail).toMatch(detail);
  });

  test('without quoting its content', () => {
    expect(errorOf({ text: '{"name": ada@example.com}' }).message).not.toContain('ada');
  });

  test('with all problems of query and body at their places', () => {
    const error = errorOf({ text: '{"name":1,"tags":[{"a/b~c":1},{"a/b~c":"x"}]}', query: 'company_id=1&sort=name' });
    expect(error.problems.map(({ source }) => source)).toEqual([
      { parameter: 'sort' },
      { parameter: 'company_id' },
      { pointer: '/name' },
      { pointer: '/tags/1/a~1b~0c' },
    ]);
  });
});
