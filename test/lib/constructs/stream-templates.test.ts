import { expect, test } from 'vitest';
import { changes } from '../../../functions/services/changes.ts';
import { consuming, mappingsOf, trigger } from '../../support/changes/change-services.ts';
import { synthesize, synthesizeOf } from '../../support/templates.ts';

const patternsOf = (types: readonly string[], removed: readonly string[]) => {
  const typed = (image: string, some: readonly string[]) =>
    `"dynamodb":{"${image}":{"type":{"S":${JSON.stringify(some)}}}}`;
  return [
    { Pattern: `{"eventName":["INSERT","MODIFY"],${typed('NewImage', types)}}` },
    { Pattern: `{"eventName":["REMOVE"],${typed('OldImage', removed)}}` },
  ];
};
const readersOf = (all: ReturnType<typeof synthesize>) =>
  mappingsOf(all)
    .filter(({ StartingPosition }) => StartingPosition)
    .toSorted((a, b) => b.MaximumBatchingWindowInSeconds - a.MaximumBatchingWindowInSeconds);

// Webhooks watch some of these types, the counts are of others.
const gathered = ['catalog_item', 'catalog_variant', 'event', 'event_job', 'profile', 'receipt', 'rejected_item'];
const urgent = ['consent', 'import_job', 'membership'];

test('one function reads the stream: consent and lists within seconds, all else when enough has come', () => {
  const readers = readersOf(synthesize());
  expect(new Set(readers.map(({ FunctionName }) => JSON.stringify(FunctionName))).size).toBe(1);
  const common = {
    StartingPosition: 'TRIM_HORIZON',
    BisectBatchOnFunctionError: true,
    ParallelizationFactor: 1,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    // The stream forgets after a day; earlier failures are kept whole, in a bucket.
    MaximumRecordAgeInSeconds: 22 * 3_600,
  };
  expect(readers).toMatchObject([
    {
      ...common,
      MaximumBatchingWindowInSeconds: 300,
      FilterCriteria: { Filters: patternsOf(gathered, gathered) },
    },
    { ...common, MaximumBatchingWindowInSeconds: 2, FilterCriteria: { Filters: patternsOf(urgent, urgent) } },
  ]);
  for (const { DestinationConfig } of readers) expect(JSON.stringify(DestinationConfig.OnFailure)).toContain('Archive');
});

test('reads all changes in one order if the deployment gathers all for seconds only', () => {
  const readers = readersOf(synthesize({ changesWithinSeconds: '2' }));
  const types = [...gathered, ...urgent].toSorted();
  expect(readers).toMatchObject([
    {
      MaximumBatchingWindowInSeconds: 2,
      FilterCriteria: { Filters: patternsOf(types, types) },
    },
  ]);
});

test('a consumer of some changes of a type adds no filter where another reads all of them', () => {
  const all = synthesizeOf([
    changes,
    consuming('a', [trigger({ types: ['x', 'y'], kinds: ['inserted', 'updated'] })]),
    consuming('b', [trigger({ types: ['x'], kinds: ['updated', 'removed'] })]),
  ]);
  expect(readersOf(all).map(({ FilterCriteria }) => FilterCriteria.Filters)).toEqual([patternsOf(['x', 'y'], ['x'])]);
});

test('reads each urgent type from one source', () => {
  const all = synthesizeOf([
    changes,
    consuming('a', [trigger({ types: ['x', 'y'], urgentTypes: ['x'] })]),
    consuming('b', [trigger({ types: ['x', 'z'] })]),
  ]);
  expect(readersOf(all).map(({ FilterCriteria }) => FilterCriteria.Filters)).toEqual([
    patternsOf(['y', 'z'], ['y', 'z']),
    patternsOf(['x'], ['x']),
  ]);
  const open = [changes, consuming('a', [trigger({ types: ['x'], urgentTypes: ['x'] })]), consuming('b', [trigger()])];
  expect(() => synthesizeOf(open)).toThrow('b-changes has to declare its types');
});
