import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createMatcher } from '../../functions/platform/http/match.ts';
import { type Shape, shapeOf } from '../../functions/platform/http/members/shape.ts';
import type { Route } from '../../functions/platform/http/route.ts';
import { allServices } from '../../functions/services.ts';
import { openapi } from '../../lib/openapi/openapi.ts';
import described from './klaviyo-requests.json' with { type: 'json' };

/**
 * Facts from Klaviyo's OpenAPI document of revision 2026-07-15 about the operations served here, by method and path:
 * pointers to the members of the body, query parameters, and whether responses have a body. `members 2026-10-15` are
 * additional members in the models of klaviyo-api 25.0.0 (PyPI).
 */
interface Described {
  readonly members?: readonly string[];
  readonly 'members 2026-10-15'?: readonly string[];
  readonly parameters?: readonly string[];
  readonly answers: Readonly<Record<string, boolean>>;
}
const operations: Readonly<Record<string, Described>> = described;

const routes = allServices.flatMap((service) => Object.values<Route>(service.routes));
const { find } = createMatcher(routes);
const routeOf = (operation: string): Route => {
  const [method = '', path = ''] = operation.split(' ');
  return find(method, path.replaceAll(/\{\w+\}/g, 'x')).route;
};
const cases = Object.entries(operations).map(([operation, of]) => [operation, of, routeOf(operation)] as const);

/** True if a body may have a member: by its schema, or as one that is not stored. */
const isTaken = (shape: Shape, [step, ...rest]: readonly string[]): 'kept' | 'anything' | undefined => {
  if (step === undefined) return 'kept';
  switch (shape.kind) {
    case 'anything':
      return 'anything';
    case 'list':
      return isTaken(shape.item, rest);
    case 'choice':
      return shape.options.map((option) => isTaken(option, [step, ...rest])).find((one) => one !== undefined);
    case 'object': {
      const member = shape.members.get(step);
      return member && isTaken(member, rest);
    }
  }
};

const stepsIn = (pointer: string): string[] => pointer.split('/').slice(1);
const unkeptOf = ({ ignores }: Route): readonly string[] => ignores?.members ?? [];

describe('accepts every member that Klaviyo documents, of both revisions', () => {
  test.each(cases)('%s', (_, { members = [], ...of }, route) => {
    const shape: Shape = route.body ? shapeOf(route.body) : { kind: 'anything' };
    const unkept = unkeptOf(route);
    const refused = [...members, ...(of['members 2026-10-15'] ?? [])].filter(
      (pointer) =>
        isTaken(shape, stepsIn(pointer)) === undefined &&
        !unkept.some((one) => pointer === one || pointer.startsWith(`${one}/`)),
    );
    expect(refused).toEqual([]);
  });
});

test('members documented as not stored are in no schema', () => {
  const kept = routes.flatMap((route) => {
    const { body } = route;
    return unkeptOf(route).filter((pointer) => body && isTaken(shapeOf(body), stepsIn(pointer)) !== undefined);
  });
  expect(kept).toEqual([]);
});

test('the documentation names every member that is not stored', () => {
  const page = readFileSync(new URL('../../docs/klaviyo.md', import.meta.url), 'utf8');
  const names = routes.flatMap((route) => unkeptOf(route).map((pointer) => stepsIn(pointer).at(-1)));
  expect(names).not.toEqual([]);
  for (const name of new Set(names)) expect(page).toContain(`\`${name}\``);
});

test('responses have the status that Klaviyo documents, and a body if its responses have one', () => {
  const document = JSON.parse(JSON.stringify(openapi(allServices)));
  const differences = cases.flatMap(([operation, { answers }, { method, path }]) => {
    const { responses } = document.paths[path][method.toLowerCase()];
    const ours = Object.entries<{ content?: object }>(responses).filter(([status]) => status.startsWith('2'));
    const made = Object.fromEntries(ours.map(([status, { content }]) => [status, content !== undefined]));
    return JSON.stringify(made) === JSON.stringify(answers) ? [] : [operation];
  });
  // Klaviyo's own script reads a body of this call, for which its document has none. Ours has one with `onsite=true`.
  expect(differences).toEqual(['POST /client/profiles']);
});
