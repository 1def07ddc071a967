import { Agent, request as http } from 'node:http';
import { request as https, Agent as TlsAgent } from 'node:https';
import { joinBody, MAX_CONNECTIONS, type TransportFactory, timeoutError } from './transport.ts';

/** A transport with Node's own client, which needs no time to load. */
export const openHttp: TransportFactory = (endpoint, { requestTimeout, connectionTimeout }) => {
  const isTls = endpoint.protocol === 'https:';
  const options = {
    host: endpoint.hostname.replace(/^\[|\]$/g, ''),
    ...(endpoint.port && { port: Number(endpoint.port) }),
    method: 'POST',
    path: '/',
    agent: new (isTls ? TlsAgent : Agent)({ keepAlive: true, maxSockets: MAX_CONNECTIONS }),
  };
  const sendRequest = isTls ? https : http;

  return (headers, body) =>
    new Promise((resolve, reject) => {
      const request = sendRequest({ ...options, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', fail);
        response.on('end', () => {
          clearTimeout(timer);
          resolve({ status: response.statusCode ?? 0, text: joinBody(parts) });
        });
      });
      const fail = (error: Error): void => {
        clearTimeout(timer);
        reject(error);
      };
      const abort = (): void => {
        request.destroy(timeoutError());
      };
      const timer = setTimeout(abort, requestTimeout);
      request.on('error', fail);
      request.on('socket', (socket) => {
        if (!socket.connecting) return;
        const connecting = setTimeout(abort, connectionTimeout);
        socket.once('connect', () => clearTimeout(connecting));
        socket.once('close', () => clearTimeout(connecting));
      });
      request.end(body);
    });
};
