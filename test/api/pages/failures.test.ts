import { expect, test } from 'vitest';
import { startPages } from './visit.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const german = { 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' };

/** Responses to a visitor if the page can't be shown: complete pages of our own. */
test.each([
  ['an account that is not there', 'GET', () => '/pages/subscribe/nobody', '', {}, 404],
  ['a name that is none', 'GET', () => '/pages/subscribe/x', '', {}, 404],
  ['a list that is not there', 'GET', (account: string) => `/pages/subscribe/${account}/nothing`, '', {}, 404],
  ['a page that nobody has', 'GET', () => '/pages/elsewhere/and/on', '', {}, 404],
  ['a link that is cut off', 'GET', (account: string) => `/pages/preferences/${account}/cut`, '', {}, 404],
  ['another method', 'DELETE', (account: string) => `/pages/subscribe/${account}`, '', {}, 405],
  [
    'a form that is none',
    'POST',
    (account: string) => `/pages/subscribe/${account}`,
    '{',
    { 'content-type': 'application/json' },
    415,
  ],
  [
    'a form that is too large',
    'POST',
    (account: string) => `/pages/subscribe/${account}`,
    `a=${'x'.repeat(300_000)}`,
    form,
    413,
  ],
  ['a field twice', 'POST', (account: string) => `/pages/subscribe/${account}`, 'email=a&email=b', form, 400],
] as const)('shows %s as a page in the language of the browser', async (_, method, path, body, headers, status) => {
  const app = await startPages();
  for (const [language, asked] of [
    ['en', {}],
    ['de', german],
  ] as const) {
    const answer = await app.send(method, path(app.account), body || undefined, { ...headers, ...asked });
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-/),
      'x-content-type-options': 'nosniff',
    });
    expect(answer.body).toContain(`<html lang="${language}">`);
    expect(answer.body).toContain('prefers-color-scheme:dark');
    expect(answer.body).toMatch(/<h1>[^<]+<\/h1>/);
  }
});

test('shows an internal error as a page too, without a change', async () => {
  const app = await startPages();
  const broken = () => {
    throw new TypeError('a secret of ours');
  };
  app.serveWith({ now: broken });
  const answer = await app.form(`/pages/subscribe/${app.account}`, { email: 'ada@example.com' }, german);
  expect(answer.status).toBe(500);
  expect(answer.body).toContain('<h1>Etwas ist schiefgegangen</h1>');
  expect(answer.body).not.toContain('secret');
});

test("styles the page of a missing list like the shop's", async () => {
  const app = await startPages({ pageColor: '#ff0000' });
  const { body } = await app.get(`/pages/subscribe/${app.account}/nothing`);
  expect(body).toContain('<p class="shop">Test shop</p>');
  expect(body).toContain('--accent:#ff0000');
});
