import { Agent, request as http } from 'node:http';
import { request as https, Agent as TlsAgent } from 'node:https';

interface Waiting {
  /** From the first byte that is sent to the last of the answer. */
  readonly requestTimeout: number;
  readonly connectionTimeout: number;
}

interface Answered {
  readonly status: number;
  readonly text: string;
}

const MAX_CONNECTIONS = 50;

/** POSTs to one place over connections that are kept alive. Errors have Node's codes, or the name that the SDK gives to one that took too long. */
export const openHttp = (endpoint: URL, { requestTimeout, connectionTimeout }: Waiting) => {
  const isTls = endpoint.protocol === 'https:';
  const options = {
    host: endpoint.hostname.replace(/^\[|\]$/g, ''),
    ...(endpoint.port && { port: Number(endpoint.port) }),
    method: 'POST',
    path: '/',
    agent: new (isTls ? TlsAgent : Agent)({ keepAlive: true, maxSockets: MAX_CONNECTIONS }),
  };
  const open = isTls ? https : http;

  return (headers: readonly string[], body: Buffer): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const sent = open({ ...options, headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', failed);
        answer.on('end', () => {
          clearTimeout(timer);
          const [only = Buffer.alloc(0)] = parts;
          const text = (parts.length > 1 ? Buffer.concat(parts) : only).toString();
          resolve({ status: answer.statusCode ?? 0, text });
        });
      });
      const failed = (error: Error): void => {
        clearTimeout(timer);
        reject(error);
      };
      const giveUp = (): void => {
        sent.destroy(Object.assign(new Error('DynamoDB did not answer in time.'), { name: 'TimeoutError' }));
      };
      const timer = setTimeout(giveUp, requestTimeout);
      sent.on('error', failed);
      sent.on('socket', (socket) => {
        if (!socket.connecting) return;
        const connecting = setTimeout(giveUp, connectionTimeout);
        socket.once('connect', () => clearTimeout(connecting));
        socket.once('close', () => clearTimeout(connecting));
      });
      sent.end(body);
    });
};
