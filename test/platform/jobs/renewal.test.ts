import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { LEASE_MS, LeaseLapsed, startRenewal, withCheck } from '../../../functions/platform/jobs/renewal.ts';

afterEach(() => void vi.useRealTimers());

/** How the process sees time that passes while it is suspended: no timer fires. */
const suspendFor = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

test('renews until it is stopped, also after a failure', async () => {
  let asked = 0;
  const renewal = startRenewal(async () => {
    asked += 1;
    if (asked === 1) throw new Error('away');
    return true;
  }, 5);
  while (asked < 3) await sleep(5);
  renewal.stop();
  const before = asked;
  await sleep(20);
  expect(asked).toBe(before);
  renewal.check();
});

test('refuses to continue once the lease may have ended, and passes again after its release', () => {
  const renewal = startRenewal(async () => true);
  const table = withCheck({ write: () => 'written' }, renewal);
  expect(table.write()).toBe('written');
  suspendFor(LEASE_MS - 11_000);
  expect(table.write()).toBe('written');
  suspendFor(2_000);
  expect(() => table.write()).toThrow(LeaseLapsed);
  renewal.stop();
  expect(table.write()).toBe('written');
});

test('a lease that another worker has is not prolonged', async () => {
  let asked = 0;
  const renewal = startRenewal(async () => {
    asked += 1;
    return false;
  }, 5);
  while (asked < 2) await sleep(5);
  suspendFor(LEASE_MS);
  expect(renewal.check).toThrow(LeaseLapsed);
  renewal.stop();
});
