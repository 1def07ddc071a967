import { once } from 'node:events';
import { createServer } from 'node:net';

/** The port if nothing listens on it, any free one otherwise. */
export const freePort = async (preferred = 0): Promise<number> => {
  try {
    return await listenOnce(preferred);
  } catch {
    return listenOnce(0);
  }
};

/** For a port that was asked for by name: another one would not do. */
export const claimPort = async (port: number): Promise<number> => {
  try {
    return await listenOnce(port);
  } catch (cause) {
    throw new Error(`Something listens on port ${port} already.`, { cause });
  }
};

const listenOnce = async (port: number): Promise<number> => {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : port;
};
