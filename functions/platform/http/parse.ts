import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type * as v from 'valibot';
import type { Account } from '../../model/account.ts';
import { parseFor } from '../../model/checks.ts';
import { ApiError, type Problem, pointer } from '../errors.ts';
import { parseExact } from '../json/parse-exact.ts';
import { MAX_REPORTED } from '../validation/bounded-array.ts';
import { problemText } from '../validation/problem-text.ts';
import { type BodyLimits, bodyLimits, tooLarge } from './body-limits.ts';
import { unboundCursor } from './cursor-binding.ts';
import { noteUnknownMembers, sortByEntry } from './entries.ts';
import { type FormFields, formFields } from './form.ts';
import { checkMembers, ignoredHeader } from './members/check.ts';
import { checkNesting } from './nesting.ts';
import { parameterProblems } from './parameters.ts';
import { urlOf } from './path.ts';
import { readSelection, type Selection } from './reading.ts';
import type { Route } from './route.ts';

/** Preferences name each list twice. */
const MAX_FORM_BYTES = 256 * 1024;

/** The fields of a page's form, where the route takes any. */
export const readForm = async (route: Route, event: APIGatewayProxyEventV2): Promise<FormFields | undefined> =>
  route.isPage && route.body
    ? formFields(event, decode(event, bodyLimits({ maxBodyBytes: MAX_FORM_BYTES })))
    : undefined;

/** Query and body by the route's schemas and the account's settings: every problem of both at once, each pointing at its place. */
export const parse = (route: Route, event: APIGatewayProxyEventV2, account: Account, form?: FormFields) => {
  const search = new URLSearchParams(event.rawQueryString);
  const problems: Problem[] = [];
  const collect = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'invalid') throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };

  let ignored: readonly string[] = [];
  let ofEntries: ReturnType<typeof sortByEntry>['ofEntries'] = new Map();
  /** Forms are left alone: what a browser or a mail program adds is no mistake of anybody's. */
  const known = (given: unknown): unknown => {
    const checked = checkMembers(route, given, account);
    const sorted = sortByEntry(checked.problems, route.entries?.list);
    problems.push(...sorted.ofBody);
    ofEntries = sorted.ofEntries;
    ignored = checked.ignored;
    return checked.known;
  };

  problems.push(...parameterProblems(route, search));
  const selection = collect(() => withPlainCursor(readSelection(route.reading, search), event, account));
  const { query: querySchema, body: bodySchema } = route;
  const query =
    querySchema &&
    collect(() => validate(parseFor(account, querySchema, given(search)), (path) => ({ parameter: path.join('.') })));
  let read: unknown;
  const body =
    bodySchema &&
    collect(() => {
      const dataset = parseFor(account, bodySchema, form ?? known(json(route, event)));
      read = dataset.value;
      return validate(dataset, (path) => ({ pointer: pointer(path) }));
    });

  if (problems.length > 0 || selection === undefined) {
    const others = [...[...ofEntries.values()].flat(), ...(route.entries?.problems(read) ?? [])];
    throw new ApiError('invalid', [...problems, ...others].slice(0, MAX_REPORTED + 1), ignoredHeader(ignored));
  }
  noteUnknownMembers(body, ofEntries);
  return { selection, query, body, ignored };
};

/** The cursor as the handler knows it, where it is of this query. */
const withPlainCursor = (selection: Selection, event: APIGatewayProxyEventV2, { id }: Account): Selection => {
  const { cursor, size } = selection.page;
  if (cursor === undefined) return selection;
  const query = { account: id, url: urlOf(event) };
  return { ...selection, page: { size, cursor: unboundCursor(cursor, query) } };
};

/** A parameter without a value says nothing. */
const given = (search: URLSearchParams) => Object.fromEntries([...search].filter(([, value]) => value !== ''));

/** Throws an ApiError that holds every issue. */
const validate = <T>(
  { value, issues }: v.OutputDataset<T, v.BaseIssue<unknown>>,
  source: (path: readonly PropertyKey[]) => NonNullable<Problem['source']>,
): T => {
  if (!issues) return value;
  const told = issues.slice(0, MAX_REPORTED).map(
    (issue): Problem => ({
      detail: short(problemText(issue)),
      source: source(keys(issue).map((key) => (typeof key === 'string' ? short(key) : key))),
    }),
  );
  // How many there are nobody knows: arrays are not checked any further.
  const more = { detail: `Only the first ${MAX_REPORTED} problems are listed. Correct them and send it again.` };
  throw new ApiError('invalid', issues.length > MAX_REPORTED ? [...told, more] : told);
};

/** Messages and paths quote what was sent, which can be nearly as long as an answer may be. */
const MAX_QUOTED = 500;
const short = (text: string): string =>
  text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED).toWellFormed()}…` : text;

const keys = (issue: v.BaseIssue<unknown>): PropertyKey[] =>
  (issue.path ?? []).flatMap(({ key }) => (typeof key === 'string' || typeof key === 'number' ? [key] : []));

const json = (route: Route, event: APIGatewayProxyEventV2): unknown => {
  const type = event.headers['content-type'] ?? 'application/json';
  // Browsers send beacons as text/plain, which spares them a preflight.
  const accepted = route.scope === 'public' ? /json|^text\/plain/i : /json/i;
  if (!accepted.test(type)) {
    throw new ApiError('unsupported_media_type', {
      detail: `Send application/vnd.api+json or application/json, not ${type.slice(0, 60)}.`,
      source: { header: 'content-type' },
    });
  }
  const body = decode(event, bodyLimits(route));
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

const decode = (event: APIGatewayProxyEventV2, limits: BodyLimits): string => {
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
