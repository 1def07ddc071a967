import { expect, test } from 'vitest';
import { memoizeByName, openCache } from '../../functions/platform/cache.ts';

const at = (seconds: number) => new Date(seconds * 1_000);

test('computes a value once within its time, and again after it', async () => {
  const asked: string[] = [];
  const find = memoizeByName(
    async (name: string) => {
      asked.push(name);
      return `${name}${asked.length}`;
    },
    { ttlMs: 60_000, maxEntries: 10 },
  );
  expect(await find('a', { now: () => at(0) })).toBe('a1');
  expect(await find('a', { now: () => at(59) })).toBe('a1');
  expect(await find('a', { now: () => at(60) })).toBe('a2');
});

test('computes a failed value again, and one not worth caching', async () => {
  const cache = openCache<number | undefined>({
    ttlMs: 60_000,
    maxEntries: 10,
    isCacheable: (value) => value !== undefined,
  });
  await expect(cache.get('a', at(0), () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await cache.get('a', at(0), async () => undefined)).toBeUndefined();
  expect(await cache.get('a', at(0), async () => 1)).toBe(1);
  expect(await cache.get('a', at(0), async () => 2)).toBe(1);
});

test('removes the oldest entry when it is full', async () => {
  const cache = openCache<number>({ ttlMs: 60_000, maxEntries: 2 });
  for (const [i, name] of ['a', 'b', 'c'].entries()) await cache.get(name, at(0), async () => i);
  expect(await cache.get('b', at(0), async () => 9)).toBe(1);
  expect(await cache.get('a', at(0), async () => 9)).toBe(9);
});
