import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import { joinBody, MAX_CONNECTIONS, type TransportFactory, timeoutError } from './transport.ts';

/** A transport with undici's pool: twice as fast as Node's own client, but slower to load. */
export const openPool: TransportFactory = ({ origin }, { requestTimeout, connectionTimeout }) => {
  const pool = new Pool(origin, {
    connections: MAX_CONNECTIONS,
    connect: { timeout: connectionTimeout },
    // These timers restart with each byte and have a resolution of one second.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  return (headers, body) =>
    new Promise((resolve, reject) => {
      const parts: Buffer[] = [];
      let status = 0;
      let activeController: Dispatcher.DispatchController | undefined;
      let timeoutFailure: Error | undefined;
      const timer = setTimeout(() => {
        timeoutFailure = timeoutError();
        activeController?.abort(timeoutFailure);
        reject(timeoutFailure);
      }, requestTimeout);
      pool.dispatch(
        { method: 'POST', path: '/', headers, body },
        {
          onRequestStart: (controller) => {
            activeController = controller;
            // The request waited for a connection, and the caller has timed out meanwhile.
            if (timeoutFailure) controller.abort(timeoutFailure);
          },
          onResponseStart: (_, code) => {
            status = code;
          },
          onResponseData: (_, part) => {
            parts.push(part);
          },
          onResponseEnd: () => {
            clearTimeout(timer);
            resolve({ status, text: joinBody(parts) });
          },
          onResponseError: (_, error) => {
            clearTimeout(timer);
            reject(withNodeCode(error));
          },
        },
      );
    });
};

const withNodeCode = (error: Error & { readonly code?: string }): Error => {
  if (error.code === 'UND_ERR_CONNECT_TIMEOUT') return timeoutError();
  // The other side closed the connection before or within its response.
  if (error.code === 'UND_ERR_SOCKET' || error.code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH')
    return Object.assign(error, { code: 'ECONNRESET' });
  return error;
};
