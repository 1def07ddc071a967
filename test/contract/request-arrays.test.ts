import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { MAX_REPORTED } from '../../functions/platform/validation/bounded-array.ts';
import { allServices } from '../../functions/services.ts';
import { placesIn } from '../hostile/places.ts';

const routes = allServices.flatMap((service) => Object.values(service.routes));
const arrays = routes.flatMap(({ method, path, body, query }) =>
  [body, query].flatMap((schema) =>
    (schema ? placesIn(schema) : [])
      .filter(({ kind }) => kind === 'array')
      .map((place) => ({ name: `${method} ${path} /${place.path.join('/')}`, schema: place.schema })),
  ),
);

const Limited = v.looseObject({
  pipe: v.array(v.looseObject({ type: v.string(), requirement: v.optional(v.unknown()) })),
});
const maxOf = (schema: v.GenericSchema): number | undefined => {
  const read = v.safeParse(Limited, { ...schema });
  const found = read.success ? read.output.pipe.find(({ type }) => type === 'max_length') : undefined;
  return typeof found?.requirement === 'number' ? found.requirement : undefined;
};

/** An array that counts reads of its elements. */
const watched = (length: number) => {
  const seen = new Set<number>();
  const array = new Proxy(new Array<number>(length).fill(0), {
    get: (target, name, receiver) => {
      if (typeof name === 'string' && /^\d+$/.test(name)) seen.add(Number(name));
      return Reflect.get(target, name, receiver);
    },
  });
  return { array, seen };
};

test('some requests have arrays', () => {
  expect(arrays.length).toBeGreaterThan(20);
});

describe.each(arrays)('$name', ({ schema }) => {
  const max = maxOf(schema) ?? 0;

  test('has a maximum length', () => {
    expect(max).toBeGreaterThan(0);
    expect(max).toBeLessThanOrEqual(10_000);
  });

  test('is refused for its length before any element is read', () => {
    const { array, seen } = watched(max + 1);
    const { success, issues = [] } = v.safeParse(schema, array);
    expect(success).toBe(false);
    expect([issues.length, seen.size]).toEqual([1, 0]);
  });

  test('is read no further than the limit of reported problems', () => {
    const { array, seen } = watched(max);
    const { issues = [] } = v.safeParse(schema, array);
    expect(issues.length).toBeLessThanOrEqual(MAX_REPORTED + 1);
    expect(seen.size).toBeLessThanOrEqual(MAX_REPORTED + 1);
  });
});
