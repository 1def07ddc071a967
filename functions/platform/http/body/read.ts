import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ApiError } from '../../errors.ts';
import { parseExact } from '../../json/parse-exact.ts';
import type { Route } from '../route.ts';
import { type FormFields, formFields } from './form.ts';
import { type BodyLimits, bodyLimits, tooLargeText } from './limits.ts';
import { checkNesting } from './nesting.ts';

/** Preference forms name each list twice. */
const MAX_FORM_BYTES = 256 * 1024;

/** Reads the fields of a posted form. @throws ApiError `too_large`, `unsupported_media_type`, `invalid` */
export const readForm = (event: APIGatewayProxyEventV2): Promise<FormFields> =>
  formFields(event, readText(event, bodyLimits({ maxBodyBytes: MAX_FORM_BYTES })));

/** Reads a JSON body and keeps every digit of its numbers. `mediaTypes` matches the accepted content types. */
export const readJson = (
  event: APIGatewayProxyEventV2,
  { maxBodyBytes, mediaTypes = /json/i }: Pick<Route, 'maxBodyBytes'> & { readonly mediaTypes?: RegExp },
): unknown => {
  const type = event.headers['content-type'] ?? 'application/json';
  if (!mediaTypes.test(type)) {
    throw new ApiError('unsupported_media_type', {
      detail: `Send application/vnd.api+json or application/json, not ${type.slice(0, 60)}.`,
      source: { header: 'content-type' },
    });
  }
  const body = readText(event, bodyLimits({ ...(maxBodyBytes !== undefined && { maxBodyBytes }) }));
  checkNesting(body);
  try {
    // Some clients send a byte order mark.
    return parseExact(body.replace(/^\uFEFF/, ''));
  } catch (cause) {
    // V8's message quotes the body, which can contain personal data. Only the position is safe to return.
    const at = /position \d+/.exec(cause instanceof Error ? cause.message : '')?.[0];
    throw new ApiError('invalid', {
      detail: body === '' ? 'The request has no body.' : `The request body is not JSON${at ? ` (${at})` : ''}.`,
      source: { pointer: '/' },
    });
  }
};

/** Reads the text of a body, and decompresses it if necessary. */
export const readText = (event: APIGatewayProxyEventV2, limits: BodyLimits): string => {
  const { body = '', isBase64Encoded } = event;
  const encoding = (event.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const tooLargeError = () => new ApiError('too_large', { detail: tooLargeText(limits, encoding === 'gzip') });
  if (encoding === 'identity' && !isBase64Encoded) {
    if (Buffer.byteLength(body) > limits.plain) throw tooLargeError();
    return body;
  }
  const raw = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (encoding === 'identity') {
    if (raw.byteLength > limits.plain) throw tooLargeError();
    return decodeUtf8(raw);
  }
  if (encoding !== 'gzip') {
    throw new ApiError('unsupported_media_type', {
      detail: `Content-Encoding must be gzip or absent, not ${encoding.slice(0, 60)}.`,
      source: { header: 'content-encoding' },
    });
  }
  // Few bodies are compressed: the module is loaded on first use.
  const { gunzipSync } = process.getBuiltinModule('node:zlib');
  try {
    return decodeUtf8(gunzipSync(raw, { maxOutputLength: limits.unpacked }));
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    if (cause instanceof RangeError) throw tooLargeError();
    // API Gateway replaces invalid UTF-8 in bodies that it passes as text.
    const advice = isBase64Encoded ? '' : ' Send compressed bodies with the Content-Type application/vnd.api+json.';
    throw new ApiError('invalid', { detail: `The body is not gzip, although Content-Encoding declares it.${advice}` });
  }
};

/** Rejects invalid UTF-8, which would otherwise be stored with replacement characters. */
const decodeUtf8 = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ApiError('invalid', { detail: 'The request body is not UTF-8.', source: { pointer: '/' } });
  }
};
