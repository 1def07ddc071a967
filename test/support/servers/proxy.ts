import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** Serves on a port of loopback; a connection whose request is not handled is broken off. `handle` is told whether faults may still strike. */
export const openProxy = async (
  handle: (request: IncomingMessage, response: ServerResponse, isOn: boolean) => Promise<void>,
) => {
  let isOn = true;
  const server = createServer((request, response) => {
    handle(request, response, isOn).catch(() => request.socket.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    /** From here on everything works: for looking at what is left. */
    calm: () => {
      isOn = false;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
