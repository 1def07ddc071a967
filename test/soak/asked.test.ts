import { expect, test } from 'vitest';
import { readAsked, usage } from './asked.ts';
import { examplesAt } from './fuzz.ts';

test('a soak is asked for by its name, and has a seed and a size without being told', () => {
  expect(readAsked(['fuzz'], 7)).toEqual({ name: 'fuzz', seed: 7, scale: 1, only: undefined });
  expect(readAsked(['imports', '--seed', '3', '--scale', '0.1', '--only', 'events'], 7)).toEqual({
    name: 'imports',
    seed: 3,
    scale: 0.1,
    only: 'events',
  });
});

test.each(['0', '-1', 'x', 'Infinity'])('%s is no scale', (scale) => {
  expect(() => readAsked(['fuzz', `--scale=${scale}`], 1)).toThrow(`${scale} is no scale`);
});

test('a seed is a whole number, and files are of people or of events', () => {
  expect(() => readAsked(['fuzz', '--seed=x'], 1)).toThrow('x is no seed');
  expect(() => readAsked(['imports', '--only=lists'], 1)).toThrow('no files of lists');
});

test('who asks for help is told what there is', () => {
  expect(readAsked(['fuzz', '--help'], 1)).toBeUndefined();
  expect(usage(['erase', 'fuzz'])).toContain('<erase|fuzz>');
});

test.each([
  [1, 100],
  [0.1, 10],
  [2, 200],
  [0.001, 1],
])('at a scale of %d the fuzzer makes up %d requests to each operation', (scale, examples) => {
  expect(examplesAt(scale)).toBe(examples);
});
