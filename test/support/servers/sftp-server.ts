import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import ssh2, { type AuthContext, type SFTPWrapper } from 'ssh2';
import { onTestFinished } from 'vitest';

const {
  Server,
  utils: { generateKeyPairSync, parseKey, sftp: protocol },
} = ssh2;
const { STATUS_CODE } = protocol;

export interface ServedFile {
  readonly size: number;
  /** In seconds. */
  readonly modified: number;
  readonly isDirectory?: boolean;
  /** What a read gets: bytes, nothing ever, or an error. */
  readonly read: (start: number, length: number) => Buffer | 'silence' | 'failure';
}

type Method = 'password' | 'publickey' | 'keyboard-interactive';

export const sftpUser = 'shop';
export const sftpPassword = 'correct horse: battery';
const userKey = generateKeyPairSync('ed25519');
/** As OpenSSH writes it. */
export const sftpPrivateKey = userKey.private;

const publicKeyOf = (text: string) => {
  const key = parseKey(text);
  if (key instanceof Error) throw key;
  return key;
};

const isAccepted = (context: AuthContext): boolean => {
  if (context.method === 'password') return context.password === sftpPassword;
  if (context.method !== 'publickey') return false;
  const known = publicKeyOf(userKey.public);
  const { key, signature, blob, hashAlgo } = context;
  if (!key.data.equals(known.getPublicSSH())) return false;
  return !signature || (blob !== undefined && known.verify(blob, signature, hashAlgo) === true);
};

const authenticate = (context: AuthContext, methods: readonly Method[]): void => {
  const answer = (isRight: boolean): void => (isRight ? context.accept() : context.reject([...methods]));
  const isOffered = context.username === sftpUser && methods.some((method) => method === context.method);
  if (isOffered && context.method === 'keyboard-interactive')
    context.prompt([{ prompt: 'Password: ', echo: false }], ([password]) => answer(password === sftpPassword));
  else answer(isOffered && isAccepted(context));
};

const attributesOf = ({ size, modified, isDirectory = false }: ServedFile) => ({
  ...{ mode: isDirectory ? 0o040755 : 0o100644, uid: 0, gid: 0 },
  ...{ size, atime: modified, mtime: modified },
});

/** A server of files that behave as a test says. It closes with the test. */
export const startSftpServer = async ({
  methods = ['password', 'publickey'],
}: {
  readonly methods?: readonly Method[];
} = {}) => {
  const files = new Map<string, ServedFile>();
  const sockets = new Set<Socket>();
  const counts = { connections: 0, logins: 0, reads: 0 };

  const serverWithKey = () => {
    const key = generateKeyPairSync('ed25519');
    const digest = createHash('sha256').update(publicKeyOf(key.public).getPublicSSH()).digest('base64');
    const server = new Server({ hostKeys: [key.private] }, (client) => {
      client.on('error', () => {});
      client.on('authentication', (context) => authenticate(context, methods));
      client.on('ready', () => {
        counts.logins += 1;
        client.on('session', (accept) => accept().on('sftp', (acceptSftp) => serveFiles(acceptSftp())));
      });
    });
    return { server, hostKey: `SHA256:${digest.replace(/=+$/, '')}` };
  };

  const serveFiles = (sftp: SFTPWrapper): void => {
    const handles: string[] = [];
    const fileOf = (handle: Buffer): ServedFile | undefined => files.get(handles[handle.readUInt32BE(0)] ?? '');
    const answerStat = (id: number, file: ServedFile | undefined): void =>
      file ? sftp.attrs(id, attributesOf(file)) : sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
    sftp.on('error', () => {});
    sftp.on('STAT', (id, path) => answerStat(id, files.get(path)));
    sftp.on('FSTAT', (id, handle) => answerStat(id, fileOf(handle)));
    sftp.on('OPEN', (id, path) => {
      const handle = Buffer.alloc(4);
      handle.writeUInt32BE(handles.push(path) - 1);
      if (files.has(path)) sftp.handle(id, handle);
      else sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
    });
    sftp.on('READ', (id, handle, start, length) => {
      counts.reads += 1;
      const file = fileOf(handle);
      const piece = file ? file.read(start, length) : 'failure';
      if (piece === 'failure') sftp.status(id, STATUS_CODE.FAILURE);
      else if (piece === 'silence') return;
      else if (piece.length === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, piece);
    });
  };

  let current = serverWithKey();
  const listener = createServer((socket) => {
    counts.connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    current.server.injectSocket(socket);
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    drop();
    listener.close();
  });
  const address = listener.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    port,
    counts,
    files,
    hostKey: () => current.hostKey,
    location: (path: string) => `sftp://${sftpUser}@127.0.0.1:${port}${path}`,
    /** Breaks all connections. */
    drop,
    serve: (path: string, content: string | Buffer, modified = 1_600_000_000): void => {
      const bytes = Buffer.from(content);
      files.set(path, { size: bytes.length, modified, read: (start, length) => bytes.subarray(start, start + length) });
    },
    /** The same server with another key. */
    changeKey: (): void => {
      current = serverWithKey();
    },
  };
};
