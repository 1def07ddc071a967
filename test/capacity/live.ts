import { setTimeout as sleep } from 'node:timers/promises';
import { serveHttp } from '../../functions/platform/http/serve.ts';
import type { Services } from '../../functions/platform/resources/services.ts';
import { events } from '../../functions/services/events.ts';
import { request } from '../bench/request.ts';

export interface Refusals {
  readonly sent: number;
  /** Responses with 503, after all retries of the function: the answer asks their senders to retry. */
  readonly refused: number;
  readonly medianMs: number;
  /** The 99th percentile of the time. */
  readonly p99Ms: number;
}

interface Live {
  readonly services: Services;
  readonly key: string;
  readonly perSecond: number;
  readonly signal: AbortSignal;
}

const KNOWN_PEOPLE = 50;

/** A shop's traffic: events over HTTP at an even rate, half of them of new people. */
export const sendEvents = ({ services, key, perSecond, signal }: Live) => {
  const handler = serveHttp(events, () => services);
  const times: number[] = [];
  let refused = 0;
  const send = async (i: number): Promise<void> => {
    const email = i % 2 === 0 ? `live-${i}@example.com` : `known-${i % KNOWN_PEOPLE}@example.com`;
    const attributes = {
      properties: { Amount: i },
      unique_id: `live-${i}`,
      metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
      profile: { data: { type: 'profile', attributes: { email } } },
    };
    const given = request('/api/events', { data: { type: 'event', attributes } });
    const headers = { ...given.headers, authorization: `Klaviyo-API-Key ${key}` };
    const begun = performance.now();
    const { statusCode, body } = await handler({ ...given, headers }, {} as never);
    times.push(performance.now() - begun);
    if (statusCode === 503) refused += 1;
    else if (statusCode !== 202) throw new Error(`An event was answered ${statusCode}: ${body}`);
  };
  const run = async (): Promise<Refusals> => {
    const begun = performance.now();
    const open = new Set<Promise<void>>();
    for (let i = 0; !signal.aborted; i++) {
      await sleep(Math.max(0, begun + (i * 1_000) / perSecond - performance.now()));
      const sent = send(i).finally(() => open.delete(sent));
      open.add(sent);
    }
    await Promise.all(open);
    return soFar();
  };
  const soFar = (): Refusals => {
    const sorted = times.toSorted((a, b) => a - b);
    const at = (share: number) => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
    return { sent: times.length, refused, medianMs: at(0.5), p99Ms: at(0.99) };
  };
  return { soFar, ended: run() };
};
