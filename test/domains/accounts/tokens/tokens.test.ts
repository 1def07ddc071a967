import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { openToken, rotateSecret, signToken } from '../../../../functions/domains/accounts/tokens/actions.ts';
import { decrypt, encrypt } from '../../../../functions/domains/accounts/tokens/encryption.ts';
import type { TokenSecret } from '../../../../functions/domains/accounts/tokens/token.ts';
import { system } from '../../../../functions/services/system.ts';
import { startApp } from '../../../support/app.ts';

const schema = v.object({ p: v.string() });
const claims = { p: '01PROFILE' };

const start = async () => {
  const app = await startApp(system);
  const context = app.context();
  const make = (until?: Date) => signToken({ purpose: 'kx', claims, ...(until && { until }) }, context);
  const open = (token: string, purpose: 'kx' | 'confirm' = 'kx') => openToken({ purpose, token, schema }, context);
  return { app, context, make, open };
};

test('returns the claims of a token, with one read of the table per minute', async () => {
  const { app, make, open } = await start();
  const token = await make();
  expect(token).toMatch(/^[\w.-]+$/);
  expect(await open(token)).toEqual({ kind: 'valid', claims });
  app.requests.length = 0;
  expect(await open(await make())).toEqual({ kind: 'valid', claims });
  expect(app.requests).toEqual([]);
});

test('refuses a changed token, and text that is no token', async () => {
  const { make, open } = await start();
  const token = await make();
  for (let i = 0; i < token.length; i++) {
    const other = token[i] === 'A' ? 'B' : 'A';
    const changed = token.slice(0, i) + other + token.slice(i + 1);
    expect(await open(changed), changed).toEqual({ kind: 'invalid' });
  }
  for (const none of ['', '..', 'a.b.c', `${token}x`, 'é', '\0']) expect(await open(none)).toEqual({ kind: 'invalid' });
});

test('refuses a token for another purpose or in another account', async () => {
  const { context, make, open } = await start();
  const token = await make();
  expect(await open(token, 'confirm')).toEqual({ kind: 'invalid' });
  expect(await openToken({ purpose: 'kx', token, schema }, { ...context, account: 'OTHER1' })).toEqual({
    kind: 'invalid',
  });
});

test('refuses an expired token', async () => {
  const { app, make, open } = await start();
  const token = await make(new Date('2026-01-04T00:00:00Z'));
  app.at('2026-01-03T23:59:59Z');
  expect((await open(token)).kind).toBe('valid');
  app.at('2026-01-04T00:00:00Z');
  expect(await open(token)).toEqual({ kind: 'expired', claims });
});

test('accepts older tokens after a rotation of the secret, unless they are revoked', async () => {
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

test('accepts all first tokens of simultaneous calls', async () => {
  const { make, open } = await start();
  const tokens = await Promise.all(Array.from({ length: 5 }, () => make()));
  for (const token of tokens) expect((await open(token)).kind).toBe('valid');
});

test('encrypts hidden claims, the same each time, readable only from the token', async () => {
  const { app, context } = await start();
  const made = { purpose: 'preferences', claims, hidden: { e: 'ada@bücher.example' } } as const;
  const hidden = v.object({ p: v.string(), e: v.string() });
  const open = (token: string) => openToken({ purpose: 'preferences', token, schema: hidden }, context);
  const token = await signToken(made, context);
  expect(await open(token)).toEqual({ kind: 'valid', claims: { ...claims, e: 'ada@bücher.example' } });
  expect(await signToken(made, context)).toBe(token);
  expect(await signToken({ ...made, hidden: { e: 'bob@bücher.example' } }, context)).not.toBe(token);
  expect(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).not.toContain('example');

  await rotateSecret({ purpose: 'preferences', revoke: false }, context);
  app.at('2030-01-01T00:00:00Z');
  expect((await open(token)).kind).toBe('valid');
  expect((await signToken(made, context)).split('.')[0]).not.toBe(token.split('.')[0]);
});

test('decrypts with no other secret, and not after a change', () => {
  const secretWith = (id: string): TokenSecret => ({
    account: 'ACCT01',
    purpose: 'preferences',
    id,
    secret: randomBytes(32).toString('base64url'),
    createdAt: '2026-01-01T00:00:00Z',
  });
  const [one, other] = [secretWith('AAAAAAAA'), secretWith('BBBBBBBB')];
  const encrypted = encrypt('ada@example.com', one);
  expect(decrypt(encrypted, one)).toBe('ada@example.com');
  expect(decrypt(encrypted, other)).toBeUndefined();
  expect(decrypt(encrypted, { ...one, account: 'ACCT02' })).toBeUndefined();
  const bytes = Buffer.from(encrypted, 'base64url');
  for (let i = 0; i < bytes.length; i++) {
    const changed = Buffer.from(bytes);
    changed[i] = (changed[i] ?? 0) ^ 1;
    expect(decrypt(changed.toString('base64url'), one), `byte ${i}`).toBeUndefined();
  }
  for (const none of ['', 'AA', '!']) expect(decrypt(none, one)).toBeUndefined();
});
