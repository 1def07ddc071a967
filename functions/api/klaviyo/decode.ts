import { readJson } from '../../platform/http/body/read.ts';
import { ignoredHeader } from '../../platform/http/members/check.ts';
import { parse } from '../../platform/http/parse.ts';
import type { MatchedRequest } from '../../platform/http/protocol.ts';
import { type AccountPrincipal, parseOptionsOf } from '../accounts.ts';
import { doubtfulPhoneHeaders } from './doubtful-phones.ts';

/** Browsers send beacons as text/plain, which needs no preflight. */
const PUBLIC_TYPES = /json|^text\/plain/i;

/**
 * Reads and validates the content of a request. @throws ApiError `invalid` with every problem at once, `too_large`,
 * `unsupported_media_type`
 */
export const decodeDocument = ({ route, event }: Pick<MatchedRequest, 'route' | 'event'>, sender: AccountPrincipal) => {
  const read = () => readJson(event, { ...route, ...(route.scope === 'public' && { mediaTypes: PUBLIC_TYPES }) });
  const { ignored, ...content } = parse({ route, event }, { read, isForm: false }, parseOptionsOf(sender));
  return { ...content, headers: ignoredHeader(ignored), successHeaders: doubtfulPhoneHeaders(content.body) };
};
