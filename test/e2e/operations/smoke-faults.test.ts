import { afterAll, expect, onTestFinished, test } from 'vitest';
import type { SmokeOptions } from '../../../lib/smoke/smoke.ts';
import {
  type Broken,
  expectFailed,
  headersOf,
  newStateFile,
  openBroken,
  runSmoke,
  stackFileOf,
} from '../../support/deployed/smoke.ts';

/** One throw-away account for all of these. */
const stateFile = newStateFile();
afterAll(() => runSmoke({ stateFile, remove: true }));

const run = (only: string, options: Partial<SmokeOptions> = {}) =>
  runSmoke({ stateFile, only: [only], patience: 0.02, ...options });

interface Fault {
  readonly fault: string;
  readonly check: string;
  readonly on: (method: string, path: string) => boolean;
  readonly answer: Broken | ((real: Response) => Promise<Broken>);
  readonly says: RegExp;
  readonly skips?: string;
}

const refused = { status: 403, body: '{"message":"Forbidden"}' };
const bare404 = { status: 404, body: '{"message":"Not Found"}' };
const post = (path: string) => (method: string, asked: string) => method === 'POST' && asked === path;
const get = (path: string) => (method: string, asked: string) => method === 'GET' && asked.startsWith(path);
const events = '/api/events';
const bulk = '/api/event-bulk-create-jobs';

/** Changes the response of the API. */
const changed =
  (change: (headers: Record<string, string>, body: string) => Partial<Broken>) =>
  async (real: Response): Promise<Broken> => {
    const own = { status: real.status, headers: headersOf(real), body: await real.text() };
    return { ...own, ...change(own.headers, own.body) };
  };

const faults: readonly Fault[] = [
  { fault: 'a firewall refuses everything', check: 'health', on: () => true, answer: refused, says: /403.*Forbidden/ },
  {
    fault: 'something else answers at the address',
    check: 'health',
    on: () => true,
    answer: { status: 200, body: '<h1>Hello</h1>' },
    says: /a body of another form/,
  },
  {
    fault: 'preflights are refused',
    check: 'preflight',
    on: (method) => method === 'OPTIONS',
    answer: refused,
    says: /403/,
  },
  {
    fault: 'preflights are answered without CORS',
    check: 'preflight',
    on: (method) => method === 'OPTIONS',
    answer: { status: 204 },
    says: /lacks access-control-allow-origin/,
  },
  {
    fault: 'one site alone may call',
    check: 'preflight',
    on: (method) => method === 'OPTIONS',
    answer: changed((headers) => ({ headers: { ...headers, 'access-control-allow-origin': 'https://a.example' } })),
    says: /the origin https:\/\/a\.example alone/,
  },
  {
    fault: 'the gateway has no route for a slash at the end',
    check: 'trailing-slash',
    on: get('/api/events/'),
    answer: bare404,
    says: /404.*Not Found/,
  },
  {
    fault: 'the gateway itself asks for a key',
    check: 'trailing-slash',
    on: get('/api/events/'),
    answer: { status: 401, body: '{"message":"Unauthorized"}' },
    says: /Not our own 401/,
  },
  {
    fault: 'keys are not checked',
    check: 'wrong-key',
    on: get('/api/profiles'),
    answer: {},
    says: /200 instead of 401/,
  },
  {
    fault: 'the functions use another table',
    check: 'account',
    on: get('/api/profiles'),
    answer: { status: 401, body: '{"errors":[{"code":"not_authenticated"}]}' },
    says: /401/,
  },
  {
    fault: 'events are answered by 500',
    check: 'timeline',
    on: post(events),
    answer: { status: 500 },
    says: /500/,
    skips: 'event-twice',
  },
  {
    fault: 'each of two deliveries is stored',
    check: 'event-twice',
    on: post(events),
    answer: changed((headers) => ({
      headers: { ...headers, 'tributary-event': `${headers['tributary-event']}`.replace('true', 'false') },
    })),
    says: /second answer says .*duplicate=false/,
  },
  {
    fault: 'events are accepted and not stored',
    check: 'event-twice',
    on: get('/api/profiles?filter='),
    answer: { body: '{"data":[],"links":{}}' },
    says: /no profile of its person/,
  },
  {
    fault: 'a timeline lags',
    check: 'timeline',
    on: get('/api/events?'),
    answer: { body: '{"data":[],"links":{}}' },
    says: /0 events instead of 1/,
  },
  {
    fault: 'the gateway refuses four megabytes',
    check: 'body-4-mb',
    on: post(bulk),
    answer: { status: 413, body: '{"message":"Request Too Long"}' },
    says: /413 instead of 202/,
  },
  {
    fault: 'some of many events are not stored',
    check: 'body-4-mb',
    on: post(bulk),
    answer: { status: 202, headers: { 'tributary-events': 'stored=999, duplicate=0, conflict=1' } },
    says: /stored=999/,
  },
  {
    fault: 'what is too large is taken',
    check: 'body-too-large',
    on: post(bulk),
    answer: { status: 202 },
    says: /202 instead of 413/,
  },
  {
    fault: 'the gateway alone says what is too large',
    check: 'body-too-large',
    on: post(bulk),
    answer: { status: 413, body: '{"message":"Request Too Long"}' },
    says: /not ours/,
  },
  {
    fault: 'a dropped file starts no import',
    check: 'files',
    on: get('/api/import-jobs'),
    answer: { body: '{"data":[]}' },
    says: /\.Csv: no import has begun/,
  },
  {
    fault: 'the upload is signed for another file',
    check: 'upload',
    on: post('/api/import-jobs?dry_run=true'),
    answer: changed((_, body) => ({ body: body.replace('people.csv?', 'others.csv?') })),
    says: /PUT .*others\.csv answered 403/,
  },
  {
    fault: 'a suppression is not lifted',
    check: 'consent',
    on: post('/api/profile-suppression-bulk-delete-jobs'),
    answer: { status: 202, body: '{}' },
    says: /free again in vain/,
  },
  {
    fault: 'who left a list may not join it again',
    check: 'lists',
    on: post('/api/profile-subscription-bulk-delete-jobs'),
    answer: { status: 503, body: '{"errors":[{"code":"unavailable"}]}' },
    says: /503/,
  },
  {
    fault: 'double opt-in is refused',
    check: 'double-opt-in',
    on: post('/api/profile-subscription-bulk-create-jobs'),
    answer: { status: 400, body: '{"errors":[{"code":"invalid"}]}' },
    says: /400/,
  },
];

test.each(faults)('where $fault, $check fails and says what to do', async ({ check, on, answer, says, skips }) => {
  const { endpoint, stop } = await openBroken(async (method, path, real) => {
    if (!on(method, path)) return undefined;
    return typeof answer === 'function' ? answer(await real()) : answer;
  });
  onTestFinished(stop);

  const { isFine, of } = await run(check, { stackFile: stackFileOf({ apiUrl: endpoint }) });

  expect(isFine).toBe(false);
  expectFailed(of(skips ?? check), says);
  if (skips) expect(of(check)).toMatchObject({ outcome: 'skipped', detail: `it builds on ${skips}, which is failed` });
});

test('where nothing answers, each check says so and the others still run', async () => {
  const { of } = await run('health', { stackFile: stackFileOf({ apiUrl: 'http://127.0.0.1:9' }) });
  expectFailed(of('health'), /got no answer: fetch failed \(/);
  expect(of('stacks')).toMatchObject({ outcome: 'skipped', detail: 'by --only' });
});
