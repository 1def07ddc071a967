import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { changeAccount } from '../../../functions/domains/accounts/actions.ts';
import type { Account } from '../../../functions/model/account.ts';
import { forms } from '../../../functions/services/forms.ts';
import { onsite } from '../../../functions/services/onsite.ts';
import { buildScripts } from '../../../lib/onsite/build-scripts.ts';
import { bodyExamples } from '../../../lib/openapi/examples.ts';
import { startApp } from '../../support/app.ts';

const scripts = buildScripts();
const { loader, tracker, standalone } = scripts;
const start = async (settings: Partial<Account> = {}) => {
  const app = await startApp(onsite);
  await changeAccount(app.account, settings, app.services);
  const load = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    app.send('GET', path, undefined, { authorization: '', ...headers });
  return { ...app, load };
};
const configIn = (script: string) => JSON.parse(/^window\.__t(?:ributary|b)=(.*);\n/.exec(script)?.[1] ?? 'null');

test('the script is the loader, with what it has to know of the account before the code', async () => {
  const app = await start();
  const { status, headers, text } = await app.load(`/onsite.js?company_id=${app.account}`);
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': expect.stringContaining('max-age=300'),
    vary: 'Accept-Encoding',
    'x-content-type-options': 'nosniff',
  });
  const tracker = expect.stringMatching(new RegExp(`^onsite\\.js\\?company_id=${app.account}&v=[0-9a-f]{16}$`));
  expect(configIn(text)).toEqual({ path: '/onsite.js', tracker });
  expect(text.endsWith(loader.text)).toBe(true);
});

test('the tracker that it names never changes, and has the configuration before the code', async () => {
  const app = await start();
  const { tracker: path } = configIn((await app.load(`/onsite.js?company_id=${app.account}`)).text);
  const { status, headers, text } = await app.load(`/${path}`);
  expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
  expect(configIn(text)).toMatchObject({
    company: app.account,
    path: '/onsite.js',
    consent: 'required',
    tracking: true,
    backfill: false,
    httpCookie: false,
  });
  expect(text.endsWith(tracker.text)).toBe(true);
});

test('a page of the moment before a change gets the tracker of the moment after it, for a short time', async () => {
  const app = await start();
  const { tracker: path } = configIn((await app.load(`/onsite.js?company_id=${app.account}`)).text);
  await changeAccount(app.account, { anonymousBackfill: 'on' }, app.services);
  app.at('2026-01-01T00:02:00Z');
  const { status, headers, text } = await app.load(`/${path}`);
  expect([status, headers['cache-control']]).toEqual([200, expect.stringContaining('max-age=300')]);
  expect(configIn(text).backfill).toBe(true);
  const next = configIn((await app.load(`/onsite.js?company_id=${app.account}`)).text).tracker;
  expect(next).not.toBe(path);
});

test('the loader learns whether consent is assumed, what needs the tracker, and the alias', async () => {
  const path = { path: '/onsite.js', tracker: expect.any(String) };
  const assumed = await start({ trackingConsent: 'assumed' });
  const loaderOf = async (app: typeof assumed, query = '') =>
    configIn((await app.load(`/onsite.js?company_id=${app.account}${query}`)).text);
  expect(await loaderOf(assumed)).toEqual({ ...path, isAssumed: true, isWanted: true });
  expect(await loaderOf(await start({ trackingConsent: 'assumed', anonymousBackfill: 'on' }))).toEqual({
    ...path,
    isAssumed: true,
    isWanted: true,
    isKept: true,
  });
  expect(await loaderOf(await start(), '&alias=klaviyo')).toEqual({ ...path, isAlias: true });
  expect(await loaderOf(await start({ trackingConsent: 'assumed', pageTracking: 'off' }))).toEqual(path);
});

test('settings of the account are in the configuration', async () => {
  const app = await start({
    trackingConsent: 'assumed',
    pageTracking: 'off',
    anonymousBackfill: 'on',
    cookieDomain: 'shop.example',
  });
  const expected = { consent: 'assumed', tracking: false, backfill: true, cookieDomain: 'shop.example' };
  expect(configIn((await app.load(`/onsite.js?company_id=${app.account}&v=0`)).text)).toMatchObject(expected);
  const { body } = await app.load(`/client/onsite?company_id=${app.account}`);
  expect(body).toMatchObject({ company: app.account, ...expected });
});

test.each([
  ['br, gzip', 'br', brotliDecompressSync],
  ['gzip, deflate', 'gzip', gunzipSync],
  ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
])('a browser that accepts %s gets %s', async (accepted, encoding, unpack) => {
  const app = await start();
  const path = `/onsite.js?company_id=${app.account}`;
  const { headers, text } = await app.load(path, { 'accept-encoding': accepted });
  expect(headers['content-encoding']).toBe(encoding);
  expect(unpack(Buffer.from(text, 'base64')).toString()).toBe((await app.load(path)).text);
});

test('a browser that has the script gets no body', async () => {
  const app = await start();
  const path = `/onsite.js?company_id=${app.account}`;
  const { etag = '' } = (await app.load(path)).headers;
  const again = await app.load(path, { 'if-none-match': etag });
  expect([again.status, again.text]).toEqual([304, '']);
  await changeAccount(app.account, { anonymousBackfill: 'on' }, app.services);
  app.at('2026-01-01T00:02:00Z');
  expect((await app.load(path, { 'if-none-match': etag })).status).toBe(200);
});

test('a version never changes, and its integrity is that of its bytes', async () => {
  const app = await start();
  const { status, headers, text } = await app.load(`/onsite/${standalone.version}/tracker.js`);
  expect([status, text]).toEqual([200, standalone.text]);
  expect(headers['cache-control']).toContain('immutable');
  for (const path of [
    '/onsite/0000/tracker.js',
    `/onsite/${standalone.version}/x.js`,
    `/onsite/${standalone.version}/forms.js`,
  ]) {
    const { status, headers, text } = await app.load(path);
    expect([status, headers['content-type']], path).toEqual([404, 'text/plain; charset=utf-8']);
    expect(text).toContain(`/onsite/${standalone.version}/tracker.js`);
  }
});

test('an account chooses the names of its scripts', async () => {
  const app = await start({ scriptNames: { tracker: 'shop.js', forms: 'dialog.js' } });
  const { status, text } = await app.load(`/files/${app.account}/shop.js`);
  const { path, tracker } = configIn(text);
  expect([status, path]).toEqual([200, `/files/${app.account}/shop.js`]);
  expect(configIn((await app.load(`/${tracker}`)).text).path).toBe(path);
  expect(tracker).toMatch(/^files\/\w+\/shop\.js\?v=/);
  expect((await app.load(`/files/${app.account}/other.js`)).status).toBe(404);
  const other = await start();
  expect((await other.load(`/files/${other.account}/shop.js`)).status).toBe(404);
});

test.each(['/onsite.js?company_id=AAAAAA', '/onsite.js?company_id=', '/onsite.js', '/files/AAAAAA/shop.js'])(
  '%s is refused in plain text',
  async (path) => {
    const { status, headers, text } = await (await start()).load(path);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(text).not.toBe('');
  },
);

test('no setting can leave its string in the script', async () => {
  const app = await start();
  await changeAccount(app.account, { cookieDomain: '</script><script>alert(1)//' }, app.services).catch(
    () => undefined,
  );
  expect((await app.load(`/onsite.js?company_id=${app.account}`)).text).not.toContain('</script>');
});

test('the script of forms is named as soon as a form is live, and no longer when none is', async () => {
  const app = await startApp({ ...onsite, routes: { ...onsite.routes, ...forms.routes } });
  const config = async () => (await app.send('GET', `/client/onsite?company_id=${app.account}`)).body;
  const made = await app.post('/api/forms', bodyExamples.createForm);
  expect(made.status).toBe(201);
  expect((await config()).forms).toBeUndefined();
  const { id } = made.body.data;
  const job = (type: string) => ({ data: { type, relationships: { form: { data: { type: 'form', id } } } } });
  expect((await app.post('/api/form-publish-jobs', job('form-publish-job'))).status).toBe(201);
  app.at('2026-01-01T00:02:00Z');
  const { path, integrity } = (await config()).forms;
  expect([path, integrity]).toEqual([`/onsite/${scripts.forms?.version}/forms.js`, scripts.forms?.integrity]);
  expect((await app.send('GET', path)).text).toBe(scripts.forms?.text);
  await app.post('/api/form-unpublish-jobs', job('form-unpublish-job'));
  app.at('2026-01-01T00:04:00Z');
  expect((await config()).forms).toBeUndefined();
});

test('page loads cost no request to the table within a minute', async () => {
  const app = await start();
  await app.load(`/onsite.js?company_id=${app.account}`);
  app.requests.length = 0;
  for (let i = 0; i < 50; i++) await app.load(`/onsite.js?company_id=${app.account}`);
  expect(app.requests).toEqual([]);
});
