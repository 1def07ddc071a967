import type { Credentials, Environment } from './credentials.ts';

/** How long before they expire credentials are refreshed. */
const REFRESH_BEFORE_MS = 5 * 60_000;
const TIMEOUT_MS = 1_000;
const TRIES = 3;

/**
 * Credentials of functions with SnapStart or on managed instances, where a process can outlive its credentials.
 * Requests them from the endpoint in the environment, and again before they expire.
 */
export const openContainerCredentials = (
  { AWS_CONTAINER_CREDENTIALS_FULL_URI: uri = '', AWS_CONTAINER_AUTHORIZATION_TOKEN: token }: Environment,
  now: () => number = Date.now,
): (() => Promise<Credentials>) => {
  const url = new URL(uri);
  if (!isTrusted(url))
    throw new Error(
      `AWS_CONTAINER_CREDENTIALS_FULL_URI is ${url.host}, which is not allowed as a source of credentials.`,
    );
  let cached: Promise<Credentials> | undefined;
  let refreshAt = 0;
  return async () => {
    if (!cached || now() >= refreshAt) {
      const request = requestCredentials(url, token);
      // Concurrent requests wait for the same response.
      refreshAt = Number.POSITIVE_INFINITY;
      cached = request;
      request.then(
        ({ expiration }) => {
          refreshAt = expiration ? expiration.getTime() - REFRESH_BEFORE_MS : Number.POSITIVE_INFINITY;
        },
        () => {
          cached = undefined;
        },
      );
    }
    return cached;
  };
};

/** Sends the token only to local processes, container agents, or over TLS, like the SDK. */
const isTrusted = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' ||
  hostname === 'localhost' ||
  hostname === '[::1]' ||
  /^127\.\d+\.\d+\.\d+$/.test(hostname) ||
  hostname === '169.254.170.2' ||
  hostname === '169.254.170.23' ||
  hostname === '[fd00:ec2::23]';

const requestCredentials = async (url: URL, token: string | undefined): Promise<Credentials> => {
  for (let tries = 1; ; tries++) {
    try {
      const answer = await fetch(url, {
        headers: token ? { authorization: token } : {},
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!answer.ok) throw new Error(`It answered ${answer.status}.`);
      return parseCredentials(await answer.json());
    } catch (error) {
      if (tries < TRIES) continue;
      throw new Error(`AWS_CONTAINER_CREDENTIALS_FULL_URI (${url.host}) returned no credentials.`, { cause: error });
    }
  }
};

const parseCredentials = (answer: unknown): Credentials => {
  const fields: Environment = typeof answer === 'object' && answer !== null ? { ...answer } : {};
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = fields;
  const expiration = Expiration === undefined ? undefined : new Date(Expiration);
  if (!AccessKeyId || !SecretAccessKey || Number.isNaN(expiration?.getTime()))
    throw new Error('Its response has no credentials.');
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(Token && { sessionToken: Token }),
    ...(expiration && { expiration }),
  };
};
