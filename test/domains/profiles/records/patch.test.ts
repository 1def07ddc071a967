import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { patchProperties } from '../../../../functions/domains/profiles/records/patch-properties.ts';
import { profiles } from '../../../../functions/services/profiles.ts';
import { startApp } from '../../../support/app.ts';
import { cpuOf } from '../../../support/processes/cpu.ts';
import { profile } from '../people.ts';

const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
/** Few values, so that many are equal, also objects with members in another order. */
const element = fc.oneof(
  fc.constantFrom<unknown>(0, 1, '1', true, null, [], {}, [1], { a: 1, b: 2 }, { b: 2, a: 1 }, { of: [['a', 1]] }),
  fc.constantFrom<unknown>([['a', 1]], { 1: 1, a: 1 }, { a: 1, 1: 1 }, { a: { b: [1] } }, '', 'null'),
  json,
);
const list = fc.array(element, { maxLength: 12 });
const has = (some: readonly unknown[], value: unknown) => some.some((one) => isDeepStrictEqual(one, value));

test('compares deeply in append and unappend', async () => {
  await fc.assert(
    fc.property(list, list, (before, given) => {
      const appended = [...before];
      for (const one of given) if (!has(appended, one)) appended.push(one);
      expect(patchProperties({ l: before }, { append: { l: given } })).toEqual({ l: appended });
      const left = before.filter((one) => !has(given, one));
      expect(patchProperties({ l: before }, { unappend: { l: given } })).toEqual({ l: left });
    }),
  );
});

test.each(['append', 'unappend'] as const)(
  '%s costs as much per element of a long list as of a short one',
  async (how) => {
    const costOf = async (length: number) => {
      const before = Array.from({ length }, (_, i) => `a${i}`);
      const given = Array.from({ length }, (_, i) => `b${i}`);
      return (await cpuOf(() => patchProperties({ l: before }, { [how]: { l: given } }))) / length;
    };
    await costOf(4_000);
    // Pairwise comparison would take sixteen times as long.
    expect(await costOf(64_000)).toBeLessThan(5 * (await costOf(4_000)));
  },
);

test('limits a list to the size that a request may send', async () => {
  const app = await startApp(profiles);
  const { body } = await app.post('/api/profiles', profile({ email: 'ada@example.com', properties: { l: [0] } }));
  const path = `/api/profiles/${body.data.id}`;
  const appending = (from: number, length: number) =>
    app.patch(
      path,
      profile(
        {},
        { id: body.data.id, meta: { patch_properties: { append: { l: Array.from({ length }, (_, i) => from + i) } } } },
      ),
    );

  expect((await appending(1, 3_999)).body.data.attributes.properties.l).toHaveLength(4_000);
  expect((await appending(1, 3_999)).status).toBe(200);
  const { status, body: refused } = await appending(4_000, 1);
  expect([status, refused.errors[0].source]).toEqual([400, { pointer: '/data/attributes/properties' }]);
  const anonymous = { email: 'ada@example.com', meta: { patch_properties: { append: { l: ['x'] } } } };
  expect((await app.post(`/client/profiles?company_id=${app.account}`, profile(anonymous))).status).toBe(202);
  expect((await app.get(path)).body.data.attributes.properties.l).toHaveLength(4_000);
});
