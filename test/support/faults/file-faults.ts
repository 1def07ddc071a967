import { request as ask, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { generator } from '../random.ts';
import { openProxy } from '../servers/proxy.ts';

/** What can go wrong between us and S3. `…Late` faults strike after the request took effect; what stalls says no more, for as long as the client waits. */
const kinds = ['slowDown', 'serverErrorLate', 'reset', 'resetLate', 'cut', 'stall', 'stallLate'] as const;
type Kind = (typeof kinds)[number];

interface Whole {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A proxy in front of S3 that refuses, breaks off and cuts short, by chance: the same seed gives the same sequence. */
export const startFileFaults = async (
  target: string,
  { seed, rate }: { readonly seed: number; readonly rate: number },
) => {
  const random = generator(seed);
  const struck: Partial<Record<Kind, number>> = {};
  const proxy = await openProxy(async (request, response, isOn) => {
    const kind = isOn && random() < rate ? kinds[Math.floor(random() * kinds.length)] : undefined;
    if (kind) struck[kind] = (struck[kind] ?? 0) + 1;
    const { method = 'GET', url = '/', headers } = request;
    const sent = await buffer(request);
    const breakOff = () => void request.socket.destroy();
    if (kind === 'reset') return breakOff();
    if (kind === 'slowDown') return refuse(response, 503, 'SlowDown');
    if (kind === 'stall') return;
    const whole = await forward(new URL(url, target), { method, headers, body: sent });
    if (kind === 'resetLate') return breakOff();
    if (kind === 'serverErrorLate') return refuse(response, 500, 'InternalError');
    const half = whole.body.subarray(0, whole.body.length >> 1);
    if (kind === 'stallLate' && half.length === 0) return;
    response.writeHead(whole.status, whole.headers);
    // Its headers promise all of it.
    if (kind === 'stallLate') response.write(half);
    else if (kind === 'cut' && half.length > 0) response.write(half, breakOff);
    else response.end(whole.body);
  });
  return { ...proxy, struck };
};

const refuse = (response: ServerResponse, status: number, code: string): void => {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>Injected.</Message></Error>`);
};

interface Sent {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const forward = (to: URL, { method, headers, body }: Sent): Promise<Whole> =>
  new Promise((resolve, reject) => {
    const { expect: _, connection: __, ...passed } = headers;
    const asked = ask(to, { method, headers: { ...passed, host: to.host } }, async (answer) => {
      const { connection: ___, 'transfer-encoding': ____, ...kept } = answer.headers;
      try {
        resolve({ status: answer.statusCode ?? 502, headers: kept, body: await buffer(answer) });
      } catch (error) {
        reject(error);
      }
    });
    asked.on('error', reject).end(body);
  });
