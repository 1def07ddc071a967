import { once } from 'node:events';
import { createServer } from 'node:net';

/** Returns the preferred port, or another free one if it is taken. */
export const freePort = async (preferred = 0): Promise<number> => {
  try {
    return await listenOnce(preferred);
  } catch {
    return listenOnce(0);
  }
};

/** Returns the port, and throws if it is taken. */
const requirePort = async (port: number, advice: string): Promise<number> => {
  try {
    return await listenOnce(port);
  } catch (cause) {
    throw new Error(`Port ${port} is taken by another program. End that program, or ${advice}.`, { cause });
  }
};

export interface PortOptions {
  /** The port of MiniStack. @default - 4566, or a free one */
  readonly port?: number | undefined;
  /** The port of the API. @default - 8787, or a free one */
  readonly apiPort?: number | undefined;
}

/** Chooses the ports. A persisted stack requires its port, since it stores addresses that contain it. */
export const choosePorts = async ({ port, apiPort }: PortOptions, persisted: Addresses | undefined) => {
  const persistedPort = persisted && portOf(persisted.awsEndpoint);
  if (persistedPort !== undefined && port !== undefined && port !== persistedPort)
    throw new Error(
      `The persisted data belongs to port ${persistedPort}. Leave out --port, or delete .local/kept to start without data.`,
    );
  return {
    port: await (persistedPort !== undefined
      ? requirePort(persistedPort, 'delete .local/kept to start without data on another port')
      : portOr(port, 4566, '--port')),
    apiPort: await portOr(apiPort, persisted ? portOf(persisted.apiUrl) : 8787, '--api-port'),
  };
};

interface Addresses {
  readonly awsEndpoint: string;
  readonly apiUrl: string;
}

const portOf = (url: string): number => Number(new URL(url).port);

const portOr = (requested: number | undefined, preferred: number, option: string): Promise<number> =>
  requested === undefined ? freePort(preferred) : requirePort(requested, `choose another one with ${option}`);

const listenOnce = async (port: number): Promise<number> => {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : port;
};
