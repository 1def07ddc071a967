import * as v from 'valibot';
import { expect, test } from 'vitest';
import { system } from '../../functions/system/index.ts';
import { openToken, rotateSecret, signToken } from '../../functions/tokens/actions.ts';
import { startApp } from '../support/app.ts';

const schema = v.object({ p: v.string() });
const claims = { p: '01PROFILE' };

const start = async () => {
  const app = await startApp(system);
  const context = app.context();
  const make = (until?: Date) => signToken({ purpose: 'kx', claims, ...(until && { until }) }, context);
  const open = (token: string, purpose: 'kx' | 'confirm' = 'kx') => openToken({ purpose, token, schema }, context);
  return { app, context, make, open };
};

test('a token says what it was made to say, in one read of the table and no more for a minute', async () => {
  const { app, make, open } = await start();
  const token = await make();
  expect(token).toMatch(/^[\w.-]+$/);
  expect(await open(token)).toEqual({ kind: 'valid', claims });
  app.requests.length = 0;
  expect(await open(await make())).toEqual({ kind: 'valid', claims });
  expect(app.requests).toEqual([]);
});

test('a token that was changed anywhere, or is none, is invalid', async () => {
  const { make, open } = await start();
  const token = await make();
  for (let i = 0; i < token.length; i++) {
    const other = token[i] === 'A' ? 'B' : 'A';
    const changed = token.slice(0, i) + other + token.slice(i + 1);
    expect(await open(changed), changed).toEqual({ kind: 'invalid' });
  }
  for (const none of ['', '..', 'a.b.c', `${token}x`, 'é', '\0']) expect(await open(none)).toEqual({ kind: 'invalid' });
});

test('a token is worth nothing for another purpose or in another account', async () => {
  const { context, make, open } = await start();
  const token = await make();
  expect(await open(token, 'confirm')).toEqual({ kind: 'invalid' });
  expect(await openToken({ purpose: 'kx', token, schema }, { ...context, account: 'OTHER1' })).toEqual({
    kind: 'invalid',
  });
});

test('a token is over at its time', async () => {
  const { app, make, open } = await start();
  const token = await make(new Date('2026-01-04T00:00:00Z'));
  app.at('2026-01-03T23:59:59Z');
  expect((await open(token)).kind).toBe('valid');
  app.at('2026-01-04T00:00:00Z');
  expect(await open(token)).toEqual({ kind: 'expired', claims });
});

test('older tokens outlive a new secret, unless they are revoked', async () => {
  const { app, context, make, open } = await start();
  const first = await make();
  app.at('2026-01-01T00:01:00Z');
  const { id } = await rotateSecret({ purpose: 'kx', revoke: false }, context);
  const second = await make();
  expect(second).toMatch(new RegExp(`^${id}\\.`));
  expect((await open(first)).kind).toBe('valid');

  app.at('2026-01-01T00:02:00Z');
  const confirming = await signToken({ purpose: 'confirm', claims }, context);
  await rotateSecret({ purpose: 'kx', revoke: true }, context);
  expect([(await open(first)).kind, (await open(second)).kind]).toEqual(['invalid', 'invalid']);
  expect((await open(await make())).kind).toBe('valid');
  expect((await open(confirming, 'confirm')).kind).toBe('valid');
});

test('first tokens made at once all hold', async () => {
  const { make, open } = await start();
  const tokens = await Promise.all(Array.from({ length: 5 }, () => make()));
  for (const token of tokens) expect((await open(token)).kind).toBe('valid');
});
