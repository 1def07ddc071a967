import { Agent, type IncomingMessage, type ServerResponse, request as send } from 'node:http';

const agent = new Agent({ keepAlive: true });

/** Hands a request on as it came, and its answer back. */
export const forward = (target: string, request: IncomingMessage, response: ServerResponse): Promise<void> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(target);
    const { method, url, headers } = request;
    const onward = send({ agent, hostname, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on('end', resolve);
      answer.on('error', reject);
    });
    onward.on('error', reject);
    request.pipe(onward);
  });
