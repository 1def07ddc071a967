import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import { joinBody, MAX_CONNECTIONS, type TransportFactory, timeoutError } from './transport.ts';

/** undici's pool: half the time of Node's own client for a request, and longer to load. */
export const openPool: TransportFactory = ({ origin }, { requestTimeout, connectionTimeout }) => {
  const pool = new Pool(origin, {
    connections: MAX_CONNECTIONS,
    connect: { timeout: connectionTimeout },
    // These start again with each byte, and count whole seconds.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  return (headers, body) =>
    new Promise((resolve, reject) => {
      const parts: Buffer[] = [];
      let status = 0;
      let sending: Dispatcher.DispatchController | undefined;
      let late: Error | undefined;
      const timer = setTimeout(() => {
        late = timeoutError();
        sending?.abort(late);
        reject(late);
      }, requestTimeout);
      pool.dispatch(
        { method: 'POST', path: '/', headers, body },
        {
          onRequestStart: (controller) => {
            sending = controller;
            // It waited for a connection, and is sent again by now.
            if (late) controller.abort(late);
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
  // The other side closed the connection, before its answer or within.
  if (error.code === 'UND_ERR_SOCKET' || error.code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH')
    return Object.assign(error, { code: 'ECONNRESET' });
  return error;
};
