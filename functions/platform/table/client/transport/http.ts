import { Agent, request as http } from 'node:http';
import { request as https, Agent as TlsAgent } from 'node:https';
import { joinBody, MAX_CONNECTIONS, type TransportFactory, timeoutError } from './transport.ts';

/** Node's own client, which needs no time to load. */
export const openHttp: TransportFactory = (endpoint, { requestTimeout, connectionTimeout }) => {
  const isTls = endpoint.protocol === 'https:';
  const options = {
    host: endpoint.hostname.replace(/^\[|\]$/g, ''),
    ...(endpoint.port && { port: Number(endpoint.port) }),
    method: 'POST',
    path: '/',
    agent: new (isTls ? TlsAgent : Agent)({ keepAlive: true, maxSockets: MAX_CONNECTIONS }),
  };
  const open = isTls ? https : http;

  return (headers, body) =>
    new Promise((resolve, reject) => {
      const sent = open({ ...options, headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', failed);
        answer.on('end', () => {
          clearTimeout(timer);
          resolve({ status: answer.statusCode ?? 0, text: joinBody(parts) });
        });
      });
      const failed = (error: Error): void => {
        clearTimeout(timer);
        reject(error);
      };
      const giveUp = (): void => {
        sent.destroy(timeoutError());
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
