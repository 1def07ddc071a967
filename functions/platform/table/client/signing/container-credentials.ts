import type { Credentials, Environment } from './credentials.ts';

/** New keys are asked for while the old ones still last, and no more often than that. */
const AHEAD_MS = 5 * 60_000;
const PATIENCE_MS = 1_000;
const TRIES = 3;

/**
 * Keys of functions with SnapStart or on managed instances, where a process outlives its keys: they are asked for at a
 * place in the environment, and again before they expire.
 */
export const openContainerCredentials = (
  { AWS_CONTAINER_CREDENTIALS_FULL_URI: place = '', AWS_CONTAINER_AUTHORIZATION_TOKEN: token }: Environment,
  now: () => number = Date.now,
): (() => Promise<Credentials>) => {
  const url = new URL(place);
  if (!isTrusted(url)) throw new Error(`AWS_CONTAINER_CREDENTIALS_FULL_URI is ${url.host}: no place to get keys from.`);
  let held: Promise<Credentials> | undefined;
  let until = 0;
  return async () => {
    if (!held || now() >= until) {
      const asked = ask(url, token);
      // Requests of the meantime wait for the same answer.
      until = Number.POSITIVE_INFINITY;
      held = asked;
      asked.then(
        ({ expiration }) => {
          until = expiration ? expiration.getTime() - AHEAD_MS : Number.POSITIVE_INFINITY;
        },
        () => {
          held = undefined;
        },
      );
    }
    return held;
  };
};

/** The SDK sends its token nowhere else either: to a process of this machine, a container's agent, or over TLS. */
const isTrusted = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' ||
  hostname === 'localhost' ||
  hostname === '[::1]' ||
  /^127\.\d+\.\d+\.\d+$/.test(hostname) ||
  hostname === '169.254.170.2' ||
  hostname === '169.254.170.23' ||
  hostname === '[fd00:ec2::23]';

const ask = async (url: URL, token: string | undefined): Promise<Credentials> => {
  for (let tries = 1; ; tries++) {
    try {
      const answer = await fetch(url, {
        headers: token ? { authorization: token } : {},
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (!answer.ok) throw new Error(`It answered ${answer.status}.`);
      return keysOf(await answer.json());
    } catch (error) {
      if (tries < TRIES) continue;
      throw new Error(`There are no keys at AWS_CONTAINER_CREDENTIALS_FULL_URI (${url.host}).`, { cause: error });
    }
  }
};

const keysOf = (answer: unknown): Credentials => {
  const given: Environment = typeof answer === 'object' && answer !== null ? { ...answer } : {};
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = given;
  const expiration = Expiration === undefined ? undefined : new Date(Expiration);
  if (!AccessKeyId || !SecretAccessKey || Number.isNaN(expiration?.getTime()))
    throw new Error('Its answer has no keys.');
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(Token && { sessionToken: Token }),
    ...(expiration && { expiration }),
  };
};
