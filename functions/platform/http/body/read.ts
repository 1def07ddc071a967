import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ApiError } from '../../errors.ts';
import { parseExact } from '../../json/parse-exact.ts';
import type { Route } from '../route.ts';
import { type FormFields, formFields } from './form.ts';
import { type BodyLimits, bodyLimits, tooLarge } from './limits.ts';
import { checkNesting } from './nesting.ts';

/** Preferences name each list twice. */
const MAX_FORM_BYTES = 256 * 1024;

/** The fields of a form that was posted. @throws ApiError `too_large`, `unsupported_media_type`, `invalid` */
export const readForm = (event: APIGatewayProxyEventV2): Promise<FormFields> =>
  formFields(event, readText(event, bodyLimits({ maxBodyBytes: MAX_FORM_BYTES })));

/** A JSON body, with every digit of its numbers. `mediaTypes` says which content types are accepted. */
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
    // Some clients begin with a byte order mark.
    return parseExact(body.replace(/^\uFEFF/, ''));
  } catch (cause) {
    // V8's message quotes the body, which can be somebody's data: only the position is passed on.
    const at = /position \d+/.exec(cause instanceof Error ? cause.message : '')?.[0];
    throw new ApiError('invalid', {
      detail: body === '' ? 'The request has no body.' : `The request body is not JSON${at ? ` (${at})` : ''}.`,
      source: { pointer: '/' },
    });
  }
};

/** The text of a body, decompressed. */
export const readText = (event: APIGatewayProxyEventV2, limits: BodyLimits): string => {
  const { body = '', isBase64Encoded } = event;
  const encoding = (event.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const refusal = () => new ApiError('too_large', { detail: tooLarge(limits, encoding === 'gzip') });
  if (encoding === 'identity' && !isBase64Encoded) {
    if (Buffer.byteLength(body) > limits.plain) throw refusal();
    return body;
  }
  const raw = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (encoding === 'identity') {
    if (raw.byteLength > limits.plain) throw refusal();
    return text(raw);
  }
  if (encoding !== 'gzip') {
    throw new ApiError('unsupported_media_type', {
      detail: `Content-Encoding is gzip or none, not ${encoding.slice(0, 60)}.`,
      source: { header: 'content-encoding' },
    });
  }
  // Few bodies are packed: it is loaded with the first.
  const { gunzipSync } = process.getBuiltinModule('node:zlib');
  try {
    return text(gunzipSync(raw, { maxOutputLength: limits.unpacked }));
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    if (cause instanceof RangeError) throw refusal();
    // API Gateway replaces what is not UTF-8 in a body that it hands over as text.
    const advice = isBase64Encoded ? '' : ' Send what is packed with the Content-Type application/vnd.api+json.';
    throw new ApiError('invalid', { detail: `The body is not gzip, though Content-Encoding says so.${advice}` });
  }
};

/** Bytes that aren't UTF-8 would be stored as something that nobody sent. */
const text = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ApiError('invalid', { detail: 'The request body is not UTF-8.', source: { pointer: '/' } });
  }
};
