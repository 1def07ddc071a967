import { gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { anonymousPrincipal, createPrincipal } from '../../../../functions/api/accounts.ts';
import { decodeDocument } from '../../../../functions/api/klaviyo/decode.ts';
import { route } from '../../../../functions/api/klaviyo/protocol.ts';
import { ApiError } from '../../../../functions/platform/errors.ts';
import { bodyLimits } from '../../../../functions/platform/http/body/limits.ts';
import { request } from '../../../bench/request.ts';
import { event } from '../../../domains/events/event-bodies.ts';

/**
 * docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB each for a synchronous request and its
 * response.
 */
const EVENT_BYTES = 6 * 1024 * 1024;
/** API Gateway's limit of headers and request line, twice: some occur in the event again, escaped. */
const HEADER_BYTES = 2 * 10_240;
const { plain, unpacked } = bodyLimits({});

/** The bytes of the event that API Gateway passes to the function for this body. */
const eventBytes = (body: Buffer, asText: boolean): number => {
  const sent = { ...request('/api/event-bulk-create-jobs', {}), isBase64Encoded: !asText };
  return Buffer.byteLength(JSON.stringify({ ...sent, body: body.toString(asText ? 'utf8' : 'base64') })) + HEADER_BYTES;
};
const filled = (text: string, bytes = plain) =>
  Buffer.from(text.repeat(Math.ceil(bytes / text.length)).slice(0, bytes));
/** Events as shops send them, in a body of maximum size. */
const usual = filled(`${JSON.stringify(event({ value: 9.99, properties: { OrderId: 'o1', Items: ['Tea'] } }))},`);

test('a body of application/vnd.api+json fits into an event of Lambda whatever its content, and an eighth more does not', () => {
  expect(eventBytes(filled('"'), false)).toBeLessThanOrEqual(EVENT_BYTES);
  expect(eventBytes(filled('"', 1.13 * plain), false)).toBeGreaterThan(EVENT_BYTES);
});

test('the largest body after decompression is much smaller in transit', () => {
  expect(gzipSync(filled(usual.toString(), unpacked)).byteLength).toBeLessThan(plain / 10);
});

test('a body of application/json fits if two fifths of it are quotes, backslashes and line breaks, or with any content up to 2.9 MiB', () => {
  expect(eventBytes(usual, true)).toBeLessThanOrEqual(EVENT_BYTES);
  expect(eventBytes(filled('"\\aaa'), true)).toBeLessThanOrEqual(EVENT_BYTES);
  expect(eventBytes(filled('"\\\na'), true)).toBeGreaterThan(EVENT_BYTES);
  expect(eventBytes(filled('\n', 2.9 * 1024 * 1024), true)).toBeLessThanOrEqual(EVENT_BYTES);
});

const text = (bytes: number): Buffer => Buffer.from(JSON.stringify('x'.repeat(bytes - 2)));
const takes = (maxBodyBytes?: number) =>
  route({
    method: 'POST',
    path: '/api/things',
    summary: 'Make a thing',
    scope: 'things:write',
    status: 202,
    body: v.string(),
    ...(maxBodyBytes !== undefined && { maxBodyBytes }),
    async handle() {
      return undefined;
    },
  });
const account = { id: 'Ab12Cd', name: 'A shop', timezone: 'UTC', createdAt: '2026-01-01T00:00:00Z' };

type Way = 'application/vnd.api+json' | 'application/json' | 'gzip';
const detailOf = (bytes: number, way: Way, most?: number): string | undefined => {
  const isText = way === 'application/json';
  const body = way === 'gzip' ? gzipSync(text(bytes)) : text(bytes);
  const headers = {
    'content-type': isText ? way : 'application/vnd.api+json',
    ...(way === 'gzip' && { 'content-encoding': way }),
  };
  const sent = { ...request('/api/things', {}), headers, isBase64Encoded: !isText };
  try {
    const event = { ...sent, body: body.toString(isText ? 'utf8' : 'base64') };
    decodeDocument({ route: takes(most), event }, createPrincipal(account, anonymousPrincipal));
    return undefined;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'too_large') return error.problems[0]?.detail;
    throw error;
  }
};

test.each<[Way, number]>([
  ['application/vnd.api+json', plain],
  ['application/json', plain],
  ['gzip', unpacked],
])('%s is accepted up to %i bytes, and refused beyond with what to do', (way, most) => {
  expect(detailOf(most, way)).toBeUndefined();
  expect(detailOf(most + 1, way)).toMatch(new RegExp(`more than ${most} bytes.*Send fewer items`));
});

test('the error recommends compression if it helps', () => {
  expect(detailOf(plain + 1, 'application/json')).toContain(
    `Content-Encoding: gzip, which may have ${unpacked} bytes unpacked`,
  );
  expect(detailOf(1_001, 'application/json', 1_000)).not.toContain('gzip');
  expect(detailOf(1_001, 'gzip', 1_000)).toContain('more than 1000 bytes unpacked');
});
