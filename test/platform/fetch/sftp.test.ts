import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSftp, type SftpFile, type SftpOptions } from '../../../functions/platform/fetch/sftp/sftp.ts';
import { sftpPassword, sftpPrivateKey, sftpUser, startSftpServer } from '../../support/servers/sftp-server.ts';

type Server = Awaited<ReturnType<typeof startSftpServer>>;

const fileOn = (server: Server, change: Partial<SftpFile> = {}): SftpFile => ({
  ...{ host: '127.0.0.1', port: server.port, user: sftpUser, hostKey: server.hostKey(), path: '/feed.json' },
  login: { kind: 'password', secret: sftpPassword },
  ...change,
});

const open = openSftp({ allowsLoopback: true });

const read = async (file: SftpFile, options: SftpOptions = {}): Promise<Buffer> => {
  const { body } = await open(file, { maxBytes: 1e9, ...options });
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
};

const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => `${i} `).join(''));

test('reads a file in order, with its size and time', async () => {
  const server = await startSftpServer();
  server.serve('/feed.json', content, 1_700_000_000);
  const opened = await open(fileOn(server));
  expect(opened).toMatchObject({ size: content.length, modified: 1_700_000_000 });
  opened.close();
  expect(server.counts.reads).toBe(0);
  expect((await read(fileOn(server))).equals(content)).toBe(true);
  server.serve('/feed.json', '');
  expect(await read(fileOn(server))).toHaveLength(0);
});

test('goes on where a server answers with less', async () => {
  const server = await startSftpServer();
  const some = content.subarray(0, 100_000);
  server.files.set('/feed.json', {
    ...{ size: some.length, modified: 1 },
    read: (start, length) => some.subarray(start, start + Math.ceil(length / 3)),
  });
  expect((await read(fileOn(server))).equals(some)).toBe(true);
});

test.each([
  { methods: ['password'], login: { kind: 'password', secret: sftpPassword } },
  { methods: ['keyboard-interactive'], login: { kind: 'password', secret: sftpPassword } },
  { methods: ['publickey'], login: { kind: 'private_key', secret: sftpPrivateKey } },
] as const)('logs in by $methods', async ({ methods, login }) => {
  const server = await startSftpServer({ methods });
  server.serve('/feed.json', 'read');
  expect(String(await read(fileOn(server, { login })))).toBe('read');
});

describe('refuses', () => {
  test.each<readonly [string, Partial<SftpFile>, string, RegExp]>([
    [
      'another host key',
      { hostKey: `SHA256:${'A'.repeat(43)}` },
      'invalidHostKey',
      /host key is SHA256:\S{43} \(ssh-ed25519\), not SHA256:A{43}/,
    ],
    ['another password', { login: { kind: 'password', secret: 'wrong' } }, 'unauthorized', /with this password/],
    ['another user', { user: 'eve' }, 'unauthorized', /the user 'eve'/],
    [
      'a key that is none',
      { login: { kind: 'private_key', secret: 'PRIVATE' } },
      'unauthorized',
      /private key cannot be used/,
    ],
    ['a missing file', { path: '/none' }, 'noFile', /no file '\/none'/],
    ['a directory', { path: '/folder' }, 'noFile', /is a directory/],
  ])('%s', async (_, change, code, message) => {
    const server = await startSftpServer();
    server.files.set('/folder', { size: 0, modified: 1, isDirectory: true, read: () => 'failure' });
    await expect(read(fileOn(server, change))).rejects.toMatchObject({
      ...{ name: 'FetchError', code },
      message: expect.stringMatching(message),
    });
    expect(server.counts.reads).toBe(0);
    if (code === 'invalidHostKey') expect(server.counts.logins).toBe(0);
  });

  test('a server that has another key than before, and sends it nothing', async () => {
    const server = await startSftpServer();
    server.serve('/feed.json', 'read');
    const file = fileOn(server);
    await read(file);
    server.changeKey();
    await expect(read(file)).rejects.toMatchObject({ code: 'invalidHostKey' });
    expect(server.counts.logins).toBe(1);
  });

  test.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1', '2130706433'])(
    'the address %s without a connection',
    async (host) => {
      const server = await startSftpServer();
      const file = fileOn(server, { host });
      await expect(openSftp()(file)).rejects.toMatchObject({ code: 'forbiddenAddress' });
      expect(server.counts.connections).toBe(0);
    },
  );

  test('a name with a private address, which is resolved once', async () => {
    const server = await startSftpServer();
    server.serve('/feed.json', 'read');
    const named: string[] = [];
    const resolve = async (host: string) => {
      named.push(host);
      return [{ address: '127.0.0.1', family: 4 }];
    };
    const file = fileOn(server, { host: 'files.example' });
    await expect(openSftp({ resolve })(file)).rejects.toMatchObject({ code: 'forbiddenAddress' });
    (await openSftp({ resolve, allowsLoopback: true })(file)).close();
    expect(named).toEqual(['files.example', 'files.example']);
  });
});

describe('ends', () => {
  test.each<readonly [string, (server: Server) => void, string]>([
    ['a file that never comes', (server) => setFile(server, () => 'silence'), 'timeout'],
    ['a file larger than allowed', (server) => setFile(server, (_, length) => Buffer.alloc(length)), 'tooLarge'],
    ['a file whose read fails', (server) => setFile(server, () => 'failure'), 'unreachable'],
    ['a file that becomes shorter', (server) => setFile(server, () => Buffer.alloc(0)), 'changed'],
    [
      'a file that changes',
      (server) =>
        setFile(server, (start, length) => {
          server.serve('/feed.json', 'other');
          return start > 50_000 ? Buffer.alloc(0) : Buffer.alloc(length);
        }),
      'changed',
    ],
    [
      'a server that drops the connection',
      (server) =>
        setFile(server, (_, length) => {
          if (server.counts.reads > 10) server.drop();
          return Buffer.alloc(length);
        }),
      'unreachable',
    ],
  ])('%s', async (_, prepare, code) => {
    const server = await startSftpServer();
    prepare(server);
    const totalMs = code === 'timeout' ? 700 : 20_000;
    await expect(read(fileOn(server), { totalMs, maxBytes: 2_000_000 })).rejects.toMatchObject({ code });
  });

  test('a server that says nothing, and one that is none', async () => {
    const silent = createServer((socket) => void socket.on('error', () => {})).listen(0, '127.0.0.1');
    const talkative = createServer((socket) => {
      socket.on('error', () => {});
      const send = (): void => {
        if (socket.destroyed) return;
        if (socket.write('no ssh\r\n'.repeat(1_000))) setImmediate(send);
        else socket.once('drain', send);
      };
      send();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => {
      silent.close();
      talkative.close();
    });
    const server = await startSftpServer();
    const portOf = (other: typeof silent): number => {
      const address = other.address();
      return typeof address === 'object' && address !== null ? address.port : 0;
    };
    const patient = openSftp({ allowsLoopback: true, loginMs: 300 });
    await expect(patient(fileOn(server, { port: portOf(silent) }))).rejects.toMatchObject({ code: 'timeout' });
    await expect(patient(fileOn(server, { port: portOf(talkative) }))).rejects.toMatchObject({ code: 'unreachable' });
  });
});

const setFile = (server: Server, readAt: (start: number, length: number) => Buffer | 'silence' | 'failure'): void => {
  server.files.set('/feed.json', { size: 10_000_000, modified: 1, read: readAt });
};
