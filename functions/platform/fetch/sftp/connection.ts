import { createHash } from 'node:crypto';
import { connect, type LookupFunction } from 'node:net';
import type { AnyAuthMethod, ConnectConfig, SFTPWrapper } from 'ssh2';
import Client from 'ssh2/lib/client.js';
import { fetchError } from '../error.ts';
import type { SftpFile } from './sftp.ts';

interface ConnectionOptions {
  readonly lookup: LookupFunction;
  readonly totalMs: number;
  readonly loginMs: number;
}

type Done<T> = (error: Error | null | undefined, result: T) => void;

/** Connects to a server, and logs in if it has the expected key. All requests fail once the connection is gone. */
export const openConnection = (file: SftpFile, { lookup, totalMs, loginMs }: ConnectionOptions) => {
  const { host, port, hostKey } = file;
  const client = new Client();
  const socket = connect({ host, port, lookup });
  const pending = new Set<(error: Error) => void>();
  let failure: Error | undefined;
  let offered: Buffer | undefined;

  const fail = (error: Error): void => {
    failure ??= error;
    clearTimeout(timer);
    for (const reject of pending) reject(failure);
    pending.clear();
    socket.destroy();
  };
  const timer = setTimeout(() => fail(timeoutError()), totalMs);

  const request = <T>(start: (done: Done<T>) => void): Promise<T> =>
    new Promise((resolve, reject) => {
      if (failure) throw failure;
      pending.add(reject);
      start((error, result) => {
        pending.delete(reject);
        if (error) reject(failure ?? error);
        else resolve(result);
      });
    });

  socket.on('error', (error) => fail(connectionError(error, file)));
  client.on('error', (error) => {
    fail(offered && !isKey(offered, hostKey) ? hostKeyError(offered, hostKey) : connectionError(error, file));
  });
  client.on('close', () => fail(closedError()));
  return {
    request,
    /** Logs in. */
    sftp: async (): Promise<SFTPWrapper> => {
      await request<void>((done) => {
        client.on('ready', () => done(undefined, undefined));
        try {
          client.connect({
            ...loginOptions(file),
            // Its address was checked.
            sock: socket,
            // Strictly `false`: the client takes other falsy values for consent.
            hostVerifier: (key: Buffer): boolean => {
              offered = key;
              return isKey(key, hostKey);
            },
            readyTimeout: loginMs,
          });
        } catch (error) {
          fail(fetchError('unauthorized', `The private key cannot be used: ${messageOf(error)}.`, error));
        }
      });
      const sftp = await request<SFTPWrapper>((done) => client.sftp(done)).catch((error) => {
        throw connectionError(error, file);
      });
      sftp.on('error', (error: Error) => fail(connectionError(error, file)));
      sftp.on('close', () => fail(closedError()));
      return sftp;
    },
    close: (): void => {
      failure ??= fetchError('unreachable', 'The connection is closed.');
      clearTimeout(timer);
      client.end();
      socket.destroySoon();
    },
  };
};

const loginOptions = ({ user: username, login: { kind, secret } }: SftpFile): ConnectConfig => {
  const passwordMethods: AnyAuthMethod[] = [
    { type: 'password', username, password: secret },
    // Some servers ask for the password as a question.
    {
      type: 'keyboard-interactive',
      username,
      prompt: (...[, , , prompts, answer]) => answer(prompts.length === 1 ? [secret] : []),
    },
  ];
  return {
    username,
    ...(kind === 'private_key' ? { privateKey: secret, authHandler: ['publickey'] } : { authHandler: passwordMethods }),
    // A compressed packet could expand beyond every limit.
    algorithms: { compress: ['none'] },
    ident: 'Tributary-Feeds',
  };
};

/** Of SHA-256 in base64, without the padding. */
const DIGEST_LENGTH = 43;

const fingerprint = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').slice(0, DIGEST_LENGTH)}`;

const isKey = (key: Buffer, expected: string): boolean => fingerprint(key) === expected;

/** A key begins with the name of its type. */
const typeOf = (key: Buffer): string => key.toString('latin1', 4, 4 + Math.min(key.readUInt32BE(0), 40));

const hostKeyError = (key: Buffer, expected: string): Error =>
  fetchError(
    'invalidHostKey',
    `The server's host key is ${fingerprint(key)} (${typeOf(key)}), not ${expected}. Ask its operator which is right.`,
  );

const closedError = (): Error => fetchError('unreachable', 'The server closed the connection.');

const timeoutError = (cause?: unknown): Error => fetchError('timeout', 'The server did not respond in time.', cause);

const connectionError = (error: Error & { readonly level?: string }, { user, login }: SftpFile): Error => {
  if (error.name === 'FetchError') return error;
  if (error.level === 'client-timeout') return timeoutError(error);
  if (error.level === 'client-authentication') {
    const means = login.kind === 'password' ? 'password' : 'private key';
    return fetchError('unauthorized', `The server refuses the user '${user}' with this ${means}.`, error);
  }
  return fetchError('unreachable', `The server did not respond: ${messageOf(error)}`, error);
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
