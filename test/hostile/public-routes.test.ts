import { describe, expect, test } from 'vitest';
import type { Route } from '../../functions/platform/http/route.ts';
import type { ServiceDeclaration } from '../../functions/platform/service/service.ts';
import { allServices } from '../../functions/services.ts';
import { startPages } from '../api/pages/visit.ts';
import { startApp } from '../support/app.ts';
import { cpuOf } from '../support/processes/cpu.ts';
import { sized } from '../support/size.ts';
import { type Body, harmlessForm, harmlessJson, hostileForms, hostileJson } from './bodies.ts';

const MAX_JSON = sized({ full: 4, reduced: 0.125 }) * 1024 * 1024;
const MAX_FORM = sized({ full: 256, reduced: 64 }) * 1024;
const AT_PLACES = sized({ full: 128, reduced: 24 }) * 1024;
/**
 * The allowed ratio of CPU time per byte between a hostile body and a usual one. Nested lists cost V8 about twenty
 * times as much, and so do empty parts of a form; quadratic work costs hundreds of times as much.
 */
const MOST_TIMES = 40;
/** Durations below this, in microseconds, are harmless and hard to measure. */
const QUICK = 60_000;
/** Compilation and garbage collection add to a run, and never subtract: excessive work is excessive in each run. */
const TRIES = 5;

/** Webhooks are signed: nothing of an unsigned body is read (test/domains/integrations/receive.test.ts). */
const SIGNED = 'webhook';

const doors = allServices.flatMap((service) =>
  Object.values(service.routes)
    .filter(({ scope, body, protocol }) => (scope === 'public' || scope === 'open') && body && protocol.name !== SIGNED)
    .map((route) => ({ service, route, name: `${route.method} ${route.path}` })),
);

const pathOf = ({ path, scope }: Route, account: string): string =>
  `${path.replace('{account}', account).replaceAll(/\{\w+\}/g, 'nobody')}${scope === 'public' ? `?company_id=${account}` : ''}`;

/** With an advancing clock, so that no limit applies. */
const startDoor = async (service: ServiceDeclaration, route: Route) => {
  const app =
    service.name === 'consent' && route.protocol.name === 'page' ? await startPages() : await startApp(service);
  let second = 0;
  const send = (account: string, { text, type }: Pick<Body, 'text' | 'type'>) => {
    second += 1;
    app.at(new Date(Date.UTC(2026, 0, 1) + second * 60_000).toISOString());
    return app.send(route.method, pathOf(route, account), text, { 'content-type': type, authorization: '' });
  };
  return { app, send };
};

const bodiesOf = (route: Route) => {
  const { body: schema, protocol, maxBodyBytes = MAX_JSON } = route;
  const isPage = protocol.name === 'page';
  if (!schema) throw new Error('It has no body.');
  const most = isPage ? MAX_FORM : Math.min(MAX_JSON, maxBodyBytes);
  const atPlaces = Math.min(most, AT_PLACES);
  const harmless = (bytes: number) =>
    isPage ? harmlessForm(bytes) : { text: harmlessJson(schema, bytes), type: 'application/json' };
  return { most, harmless, hostile: isPage ? hostileForms(most) : hostileJson(schema, { atPlaces, most }) };
};

describe.each(doors)('$name', ({ service, route }) => {
  test('costs about as much for a hostile body as for a usual one of its size', { timeout: 600_000 }, async () => {
    const { app, send } = await startDoor(service, route);
    const { harmless, hostile } = bodiesOf(route);
    const usual = new Map<number, number>();
    const usualFor = async (bytes: number): Promise<number> => {
      const size = bytes > AT_PLACES ? bytes : AT_PLACES;
      const known = usual.get(size) ?? (await cpuOf(() => send(app.account, harmless(size)), 3)) / size;
      usual.set(size, known);
      return known;
    };
    const wrong: unknown[] = [];
    for (const body of hostile) {
      const bytes = Buffer.byteLength(body.text);
      const answers: number[] = [];
      const once = async () => answers.push((await send(app.account, body)).status);
      const allowed = Math.max(QUICK, MOST_TIMES * bytes * (await usualFor(bytes)));
      let cost = Number.POSITIVE_INFINITY;
      for (let run = 0; run < TRIES && cost > allowed; run++) cost = Math.min(cost, await cpuOf(once, 1));
      if (cost > allowed || answers.some((status) => status >= 500))
        wrong.push({
          body: body.name,
          bytes,
          answers,
          times: cost / bytes / (await usualFor(bytes)),
          ms: cost / 1_000,
        });
    }
    expect(wrong).toEqual([]);
  });

  test('looks up the account before it parses the body', async () => {
    const { app, send } = await startDoor(service, route);
    const broken = { text: '{"broken', type: 'image/png' };
    expect((await send(app.account, broken)).status).toBe(415);
    expect((await send('Nobody', broken)).status).toBe(404);
  });

  test("checks the account's limit before it parses the body", async () => {
    const { app } = await startDoor(service, route);
    const statuses: number[] = [];
    for (let request = 0; request < 351; request++) {
      const headers = { 'content-type': 'image/png', authorization: '' };
      statuses.push((await app.send(route.method, pathOf(route, app.account), '{"broken', headers)).status);
    }
    expect([statuses.at(0), statuses.at(-2), statuses.at(-1)]).toEqual([415, 415, 429]);
  });
});

test('every open route with a body names its account', () => {
  const nameless = doors.filter(({ route }) => route.scope === 'open' && !route.path.includes('/{account}'));
  expect(nameless.map(({ name }) => name)).toEqual([]);
  expect(doors.length).toBeGreaterThan(8);
});
