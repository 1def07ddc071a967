import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { childEnvironment } from '../../../lib/process/environment.ts';
import { installPython, python } from '../../../lib/process/python.ts';
import { run } from '../../../lib/process/run.ts';
import { makeList } from '../../support/deployed/http.ts';

const script = fileURLToPath(new URL('../../support/deployed/klaviyo-client.py', import.meta.url));

test('Klaviyo’s client for Python, of revision 2026-10-15, works unmodified', async () => {
  await installPython('klaviyo-api');
  const { apiUrl, apiKey, companyId } = inject('stack');
  const list = await makeList();

  const printed = await run({
    command: python,
    args: [script, apiUrl, apiKey, list],
    env: childEnvironment(),
    timeoutMs: 200_000,
  });

  const told = JSON.parse(printed.trim().split('\n').at(-1) ?? '');
  expect(told).toEqual({
    revision: '2026-10-15',
    run: told.run,
    account: companyId,
    profile: ['Ada', 'Lovelace', 'Countess', { tags: ['a'] }],
    further: true,
    events: [1, expect.objectContaining({ OrderId: 1 })],
    seen: ['x'],
    'bulk events': 1,
    subscribed: 'SUBSCRIBED',
    suppressed: ['USER_SUPPRESSED'],
    unsubscribed: 'UNSUBSCRIBED',
    members: [true],
    list: 0,
    tags: 0,
    import: ['complete', 1, 1],
    'import errors': 1,
    'push tokens': [`t-${told.run}`],
    left: 0,
  });
});
