import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ApiError } from '../../platform/errors.ts';
import { readJson } from '../../platform/http/body/read.ts';
import type { MatchedRequest } from '../../platform/http/protocol.ts';

/** Clients label their bodies as JSON, text or a form, whatever they contain. Only `Content-Encoding` tells the truth. */
const ANY_TYPE = /^/;

/** The content of a request may be read twice: for the write key, and for the route. */
const contents = new WeakMap<APIGatewayProxyEventV2, unknown>();

/** Reads the JSON of a body, or that of a pixel's `data` parameter. @throws ApiError `invalid` */
export const contentOf = ({ route, event }: Pick<MatchedRequest, 'route' | 'event'>): unknown => {
  if (contents.has(event)) return contents.get(event);
  const content = route.method === 'GET' ? pixelContent(event) : withSegmentStatus(() => readBody(route, event));
  contents.set(event, content);
  return content;
};

const readBody = ({ maxBodyBytes }: MatchedRequest['route'], event: APIGatewayProxyEventV2): unknown => {
  // API Gateway passes bodies of these types as text, and replaces the bytes that are none.
  if (event.headers['content-encoding'] && !event.isBase64Encoded && isGarbled(event.body))
    throw new ApiError('invalid', {
      detail: `Compressed bodies with the Content-Type ${event.headers['content-type']?.slice(0, 60)} cannot be read: turn off gzip in the client.`,
      source: { header: 'content-encoding' },
    });
  return readJson(event, { ...(maxBodyBytes !== undefined && { maxBodyBytes }), mediaTypes: ANY_TYPE });
};

const isGarbled = (body = ''): boolean => body.slice(0, 100).includes('\uFFFD');

/** Segment answers 400 to bodies that are too large or in an unknown encoding. */
const withSegmentStatus = <T>(read: () => T): T => {
  try {
    return read();
  } catch (error) {
    if (error instanceof ApiError && (error.code === 'too_large' || error.code === 'unsupported_media_type'))
      throw new ApiError('invalid', error.problems);
    throw error;
  }
};

const pixelContent = (event: APIGatewayProxyEventV2): unknown => {
  const data = new URLSearchParams(event.rawQueryString).get('data') ?? '';
  // A plus sign in a query is a space.
  const body = Buffer.from(data.replaceAll(' ', '+'), 'base64').toString('base64');
  try {
    return readJson({ ...event, headers: {}, body, isBase64Encoded: true }, { mediaTypes: ANY_TYPE });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError('invalid', {
      detail: `\`data\` is not JSON in base64: ${error.problems.map(({ detail }) => detail).join(' ')}`,
      source: { parameter: 'data' },
    });
  }
};
