import { expect, test } from 'vitest';
import { problemsIn } from '../../../lib/architecture/check.ts';
import { cyclesIn, folderGraph } from '../../../lib/architecture/cycles.ts';
import { reduced, withDrawing } from '../../../lib/architecture/drawing.ts';
import { specifiersIn } from '../../../lib/architecture/imports.ts';

const one = (from: string, to: string) => ({ from: `functions/${from}.ts`, to: `functions/${to}.ts` });

test('values, types, re-exports, dynamic imports and requires are all imports', () => {
  const text = `
    import a from './a.ts';
    import type { B } from './b.ts';
    import { type C } from './c.ts';
    import './d.ts';
    export { e } from './e.ts';
    export type { F } from './f.ts';
    export * from './g.ts';
    type H = typeof import('./h.ts')['h'];
    const i = await import('./i.ts');
    const j = createRequire(import.meta.url)('./j.ts') as J;
    import { k } from 'k';
  `;
  expect(specifiersIn('x.ts', text).filter((path) => path.startsWith('.'))).toEqual(
    [...'abcdefghij'].map((name) => `./${name}.ts`),
  );
});

test.each([
  ['the platform imports the model', one('platform/log', 'model/email')],
  ['the model imports a domain', one('model/email', 'domains/profiles/actions')],
  ['a domain imports the API', one('domains/lists/actions', 'api/klaviyo/views/list')],
  ['a domain imports one that comes after it', one('domains/profiles/actions', 'domains/consent/actions')],
  ['the API imports a service', one('api/klaviyo/views/list', 'services/lists')],
])('reports a breach if %s', (_, upwards) => {
  expect(problemsIn([upwards], [])).toEqual([`${upwards.from} imports ${upwards.to}, which is above it.`]);
  expect(problemsIn([{ from: upwards.to, to: upwards.from }], [])).toEqual([]);
});

test('code of the browser imports nothing else, and nothing imports it', () => {
  for (const pair of [one('browser/tracker/main', 'model/email'), one('api/onsite/scripts', 'browser/tracker/main')])
    expect(problemsIn([pair], [])).toEqual([`${pair.from} imports ${pair.to}: code of the browser stands alone.`]);
  expect(problemsIn([one('browser/tracker/main', 'browser/shared/store')], [])).toEqual([]);
});

test('refuses JSON:API documents in a domain', () => {
  const [problem] = problemsIn([one('domains/lists/actions', 'platform/http/response/jsonapi')], []);
  expect(problem).toContain('a domain knows no HTTP');
});

test('names a folder without a place in the order', () => {
  for (const to of ['model/email', 'domains/lists/list'])
    expect(() => problemsIn([one('domains/flows/actions', to)], [])).toThrow('flows has no place');
});

test('finds a cycle of folders, also of a folder and its parent', () => {
  const ring = [one('model/a/x', 'model/b/x'), one('model/b/y', 'model/c/x'), one('model/c/y', 'model/a/y')];
  expect(problemsIn(ring, [])).toEqual([
    'These folders import each other in a ring: functions/model/a, functions/model/b, functions/model/c.',
  ]);
  expect(problemsIn(ring.slice(1), [])).toEqual([]);
  expect(cyclesIn(folderGraph([one('model/x', 'model/a/x'), one('model/a/y', 'model/y')]))).toEqual([
    ['functions/model', 'functions/model/a'],
  ]);
});

test('does not draw an arrow that follows from others', () => {
  const graph = new Map([
    ['a', new Set(['b', 'c'])],
    ['b', new Set(['c'])],
  ]);
  expect(reduced(graph)).toEqual(
    new Map([
      ['a', new Set(['b'])],
      ['b', new Set(['c'])],
    ]),
  );
});

test('refuses a document without a place for the drawing', () => {
  expect(() => withDrawing('# Architecture', '')).toThrow('needs the lines');
});
