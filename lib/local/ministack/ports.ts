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
const claimPort = async (port: number, advice: string): Promise<number> => {
  try {
    return await listenOnce(port);
  } catch (cause) {
    throw new Error(`Port ${port} is taken by another program. End that, or ${advice}.`, { cause });
  }
};

export interface AskedPorts {
  /** Of MiniStack. @default - 4566, or a free one */
  readonly port?: number | undefined;
  /** Of the API. @default - 8787, or a free one */
  readonly apiPort?: number | undefined;
}

/** Those that were asked for, or those of what was kept, whose addresses are stored with it. */
export const choosePorts = async ({ port, apiPort }: AskedPorts, kept: Addresses | undefined) => {
  const keptPort = kept && portOf(kept.awsEndpoint);
  if (keptPort !== undefined && port !== undefined && port !== keptPort)
    throw new Error(
      `What was kept belongs to port ${keptPort}. Leave --port out, or delete .local/kept to begin anew.`,
    );
  return {
    port: await (keptPort !== undefined
      ? claimPort(keptPort, 'delete .local/kept to begin anew on another port')
      : portOr(port, 4566, '--port')),
    apiPort: await portOr(apiPort, kept ? portOf(kept.apiUrl) : 8787, '--api-port'),
  };
};

interface Addresses {
  readonly awsEndpoint: string;
  readonly apiUrl: string;
}

const portOf = (url: string): number => Number(new URL(url).port);

const portOr = (asked: number | undefined, usual: number, option: string): Promise<number> =>
  asked === undefined ? freePort(usual) : claimPort(asked, `choose another by ${option}`);

const listenOnce = async (port: number): Promise<number> => {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : port;
};
