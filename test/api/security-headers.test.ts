import { describe, expect, test } from 'vitest';
import type { Route } from '../../functions/platform/http/route.ts';
import { securityHeaders } from '../../functions/platform/http/security-headers.ts';
import type { ServiceDeclaration } from '../../functions/platform/service/service.ts';
import { allServices } from '../../functions/services.ts';
import { type Answer, startApp } from '../support/app.ts';
import { startPages } from './pages/visit.ts';

/** The same for all visitors, so that they may be cached. */
const cached = ['/openapi.json', '/client/onsite', '/client/forms'];

const isStrict = ({ headers }: Answer, path: string): boolean => {
  const { 'content-security-policy': policy = '', ...others } = headers;
  const { 'content-security-policy': _, ...expected } = securityHeaders;
  const rules = policy.split('; ');
  return (
    ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"].every((rule) => rules.includes(rule)) &&
    rules.some((rule) => rule === "form-action 'none'" || rule === "form-action 'self'") &&
    !/'unsafe-eval'|script-src [^;]*'unsafe-inline'|\*/.test(policy) &&
    Object.entries(expected).every(
      ([name, value]) =>
        others[name] === value || (name === 'cache-control' && cached.includes(path.split('?')[0] ?? '')),
    )
  );
};

const pathOf = ({ path, scope }: Route, account: string): string =>
  `${path.replace('{account}', account).replaceAll(/\{\w+\}/g, 'nobody')}${scope === 'public' ? `?company_id=${account}` : ''}`;

/** Responses of a domain's routes without strict headers, and all statuses seen. */
const looseAnswers = async (service: ServiceDeclaration) => {
  const app = await startApp(service);
  const statuses = new Set<number>();
  const loose: string[] = [];
  const look = async (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => {
    const answer = await app.send(method, path, body, headers);
    statuses.add(answer.status);
    if (!isStrict(answer, path)) loose.push(`${method} ${path}: ${answer.status}`);
  };
  for (const route of Object.values<Route>(service.routes)) {
    const { method } = route;
    const path = pathOf(route, app.account);
    await look(method, path);
    await look(method, path, {});
    await look(method, path, '{', { 'content-type': 'image/png' });
    await look(method, path, {}, { authorization: '' });
    await look(method, path, {}, { revision: 'none' });
    await look(method, `${path.split('?')[0]}/no/such/path`);
    await look('OPTIONS', path);
    if (method === 'GET') await look('HEAD', path);
  }
  app.serveWith({
    now: () => {
      throw new Error('The clock is broken.');
    },
  });
  for (const route of Object.values<Route>(service.routes)) await look(route.method, pathOf(route, app.account), {});
  return { loose, statuses };
};

describe.each(allServices.filter(({ routes }) => Object.keys(routes).length > 0))('$name', (service) => {
  test('sends the security headers in every response of every route', { timeout: 60_000 }, async () => {
    const { loose, statuses } = await looseAnswers(service);
    expect(loose).toEqual([]);
    expect([...statuses]).toContain(404);
    expect([...statuses]).toContain(405);
  });
});

test('sends them with pages too, which are neither cached nor framed', async () => {
  const app = await startPages({ proofOfWork: 'everywhere', pageLogo: 'https://shop.example/logo.png' });
  const path = `/pages/subscribe/${app.account}`;
  const answer = await app.get(path);
  expect(answer.status).toBe(200);
  expect(isStrict(answer, path)).toBe(true);
  expect(answer.headers['content-security-policy']).toContain("form-action 'self'");
});
