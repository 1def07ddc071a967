import * as v from 'valibot';
import { Failure } from './check.ts';

const TIMEOUT_MS = 60_000;
const SHOWN = 300;

export interface Request {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  /** For people: the request. */
  readonly asked: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'OPTIONS';

/** The API as an outside client sees it. `key` returns the private key, for paths below /api. */
export interface Api {
  readonly origin: string;
  call(method: Method, path: string, request?: Request): Promise<Answer>;
}

export const openApi = (origin: string, key: () => string | undefined): Api => ({
  origin,
  call: async (method, path, { body, headers } = {}) => {
    const secret = path.startsWith('/api/') ? key() : undefined;
    return ask(`${origin}${path}`, {
      method,
      headers: {
        accept: 'application/vnd.api+json',
        ...(body !== undefined && { 'content-type': 'application/vnd.api+json' }),
        ...(secret !== undefined && { authorization: `Klaviyo-API-Key ${secret}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  },
});

/** A request to any host. A failed connection fails the check, not the program. */
export const ask = async (url: string, init: RequestInit): Promise<Answer> => {
  const { origin, pathname } = new URL(url);
  // Without the query, which contains signatures in links to S3.
  const asked = `${init.method ?? 'GET'} ${origin}${pathname}`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'manual', ...init });
    return { asked, status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    throw new Failure(`${asked} got no answer: ${reasonOf(error)}.`);
  }
};

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? `${error.message} (${cause.message})` : error.message;
};

export const expectStatus = (answer: Answer, ...wanted: readonly number[]): Answer => {
  if (wanted.includes(answer.status)) return answer;
  const { asked, status, text } = answer;
  throw new Failure(
    `${asked} answered ${status} instead of ${wanted.join(' or ')}: ${text.slice(0, SHOWN) || '(empty)'}`,
  );
};

/** Parses the body, as far as a check reads it. */
export const read = <Schema extends v.GenericSchema>(answer: Answer, schema: Schema): v.InferOutput<Schema> => {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), answer.text);
  if (parsed.success) return parsed.output;
  throw new Failure(`${answer.asked} answered a body of another form: ${answer.text.slice(0, SHOWN) || '(empty)'}`);
};

const Problems = v.object({ errors: v.array(v.object({ code: v.string() })) });

/** True if our own code responded, in JSON:API, and not the gateway. */
export const isOurError = ({ text }: Answer): boolean =>
  v.safeParse(v.pipe(v.string(), v.parseJson(), Problems), text).success;
