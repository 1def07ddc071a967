import { setImmediate as nextTurn } from 'node:timers/promises';
import { HttpResponse } from '@smithy/core/protocols';
import type { TransportFactory } from '../../functions/platform/table/client/transport/transport.ts';
import { CLOUD_PATH, type Engine, type EngineAnswer, startEngine } from './server.ts';

let engine: Engine | undefined;

/** The engine in this process, for the tests of a worker; undefined where they run on another one. */
export const engineHere = (): Engine | undefined => engine;

/** Starts it once. Behind it is the cloud of an engine elsewhere. */
export const startEngineHere = async (elsewhere: string): Promise<void> => {
  let cloud: Promise<string> | undefined;
  engine ??= await startEngine(() => {
    cloud ??= fetch(new URL(CLOUD_PATH, elsewhere)).then((answer) => answer.text());
    return cloud;
  });
};

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/**
 * Carries requests to an engine in this process without HTTP, which takes most of a request's time. An answer comes in a
 * later turn of the event loop, as from a network, so that requests sent at once overlap.
 */
export const carriers = ({ answer }: Engine) => {
  const ask = async (target: string, body: string): Promise<EngineAnswer> => {
    await nextTurn();
    return answer(target, body);
  };
  const transport: TransportFactory = () => (headers, body) =>
    ask(headers[headers.indexOf('x-amz-target') + 1] ?? '', body.toString());
  /** For the SDK's clients. */
  const requestHandler = {
    handle: async ({ headers, body = '' }: Request) => {
      const { status, text } = await ask(headers['x-amz-target'] ?? '', Buffer.from(body).toString());
      const type = { 'content-type': 'application/x-amz-json-1.0' };
      return { response: new HttpResponse({ statusCode: status, headers: type, body: Buffer.from(text) }) };
    },
    destroy: () => {},
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
  return { transport, requestHandler };
};
