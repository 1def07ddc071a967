import type { SFTPWrapper, Stats } from 'ssh2';
import { addressCheck } from '../checked-lookup.ts';
import { fetchError } from '../error.ts';
import { openConnection } from './connection.ts';
import { readAhead } from './read-ahead.ts';
import type { OpenedFile, SafeSftp, SftpFile, SftpSettings } from './sftp.ts';

const TOTAL_MS = 10_000;
const LOGIN_MS = 10_000;
const MAX_BYTES = 1_048_576;

/** A client for files on servers that others chose. Each connection resolves its host once, and reads one file. */
export const openSftpClient = ({ loginMs = LOGIN_MS, ...addresses }: SftpSettings = {}): SafeSftp => {
  const check = addressCheck(addresses);
  return async (file, { totalMs = TOTAL_MS, maxBytes = MAX_BYTES } = {}) => {
    check.checkHost(file.host);
    const connection = openConnection(file, { lookup: check.lookup, totalMs, loginMs });
    try {
      return await openFile(file, { connection, maxBytes });
    } catch (error) {
      connection.close();
      throw error;
    }
  };
};

type Connection = ReturnType<typeof openConnection>;
type Request = Connection['request'];

interface Opening {
  readonly connection: Connection;
  readonly maxBytes: number;
}

const openFile = async ({ path, user }: SftpFile, { connection, maxBytes }: Opening): Promise<OpenedFile> => {
  const sftp = await connection.sftp();
  const request: Request = (start) =>
    connection.request(start).catch((error) => {
      throw statusError(error, { path, user });
    });
  // Servers open a directory, or refuse it without a reason.
  const found = await request<Stats>((done) => sftp.stat(path, done));
  if (found.isDirectory()) throw fetchError('noFile', `'${path}' is a directory. Name a file.`);
  const handle = await request<Buffer>((done) => sftp.open(path, 'r', done));
  const stat = (): Promise<Stats> => request((done) => sftp.fstat(handle, done));
  const { size, mtime: modified } = await stat();
  if (size === undefined) throw fetchError('noFile', `The server does not tell the size of '${path}'.`);

  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      let bytes = 0;
      for await (const piece of readAhead(size, readerOf(sftp, { request, handle }))) {
        bytes += piece.length;
        if (bytes > maxBytes) throw fetchError('tooLarge', `The file has more than ${maxBytes} bytes.`);
        yield piece;
      }
      const after = await stat();
      if (after.size !== size || after.mtime !== modified) throw changedError();
    } finally {
      connection.close();
    }
  }
  return { size, modified, body: body(), close: connection.close };
};

const changedError = (): Error => fetchError('changed', 'The file changed while it was read.');

/** Reads exactly a range of the file. Servers may answer with less than they are asked for. */
const readerOf =
  (sftp: SFTPWrapper, { request, handle }: { readonly request: Request; readonly handle: Buffer }) =>
  async (start: number, length: number): Promise<Buffer> => {
    const piece = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const bytes = await request<number>((done) =>
        sftp.read(handle, piece, filled, length - filled, start + filled, done),
      );
      if (bytes === 0) throw changedError();
      filled += bytes;
    }
    return piece;
  };

const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;

/** Explains an answer about a file. */
const statusError = (error: unknown, { path, user }: Pick<SftpFile, 'path' | 'user'>): unknown => {
  if (!(error instanceof Error) || error.name === 'FetchError') return error;
  const code = 'code' in error ? error.code : undefined;
  if (code === NO_SUCH_FILE) return fetchError('noFile', `There is no file '${path}' on the server.`, error);
  if (code === PERMISSION_DENIED)
    return fetchError('noFile', `The user '${user}' may not read '${path}' on the server.`, error);
  return fetchError('unreachable', `The server could not read '${path}': ${error.message}`, error);
};
