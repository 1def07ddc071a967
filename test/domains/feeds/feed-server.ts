import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveLocally } from '../../support/servers/serve-locally.ts';

export type Answers = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** A server of feeds, which answers as a test says and closes with it. */
export const startFeedServer = async () => {
  let answers: Answers = (_, response) => {
    response.writeHead(404).end();
  };
  const requests: IncomingMessage[] = [];
  const origin = await serveLocally((request, response) => {
    requests.push(request);
    response.on('error', () => {});
    void answers(request, response);
  });
  return {
    url: `${origin}/feed`,
    requests,
    respond: (next: Answers) => {
      answers = next;
    },
    /** Answers with a feed, and with 304 to a request that names its `etag`. */
    serve: (body: string | Buffer, headers: Readonly<Record<string, string>> = {}) => {
      answers = (request, response) => {
        const isKnown = headers.etag !== undefined && request.headers['if-none-match'] === headers.etag;
        if (isKnown) response.writeHead(304).end();
        else response.writeHead(200, headers).end(body);
      };
    },
  };
};
