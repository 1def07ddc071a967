import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, inject, test } from 'vitest';
import { readDeployment } from './deployment.ts';
import { openJudge, questionsOf, withAllKeys, withVersions } from './judge.ts';
import { needsOf } from './needs.ts';
import { readCalls, wasRecordedBy } from './recording.ts';

const Explanation = v.strictObject({
  /** The reason for the grant. */
  why: v.pipe(v.string(), v.minLength(40)),
  /** Chance decides whether the tests use it. */
  sometimes: v.optional(v.literal(true)),
  grants: v.array(v.string()),
});
const explanations = v.parse(
  v.array(Explanation),
  JSON.parse(readFileSync(join(import.meta.dirname, 'unused-grants.json'), 'utf8')),
);

const deployment = readDeployment('e2e');
const { deniedOf, unused, principals } = openJudge(deployment);
const calls = readCalls('e2e');

test('the IAM checks of every call are known', () => {
  expect([...new Set(calls.flatMap(({ problem }) => problem ?? []))]).toEqual([]);
  expect(calls.length).toBeGreaterThan(500);
});

test('every function with a domain has called AWS', () => {
  const called = new Set(calls.map(({ function: name }) => name));
  const silent = principals
    .map(({ name }) => name)
    .filter((name) => /-(http|queue|exhausted|changes|stream)$/.test(name));
  expect(silent.filter((name) => !called.has(name))).toEqual(['system-http']);
});

test('no call of a function would be denied', async () => {
  expect(await deniedOf(questionsOf(calls))).toEqual([]);
});

test('no call would be denied if the items of a transaction were judged by the keys of all', async () => {
  expect(await deniedOf(questionsOf(calls.map(withAllKeys)))).toEqual([]);
});

test("no call would be denied with versioned reads of uploads, as in AWS's notifications", async () => {
  const reading = calls.filter(({ function: name, operation, requests }) =>
    name === 'imports-http'
      ? operation === 'HeadObject' && requests.some(({ resource }) => /\/dry-run\//.test(resource))
      : /^imports-(queue|exhausted)$/.test(name) && /^(Get|Head|Copy)Object$/.test(operation),
  );
  expect(await deniedOf(questionsOf(reading.map(withVersions)))).toEqual([]);
});

test('AWS may act on our behalf: deliver, log, and send alarms', async () => {
  const needs = needsOf(deployment);
  for (const action of ['logs:PutLogEvents', 'sqs:ReceiveMessage', 'dynamodb:GetRecords', 'sqs:SendMessage'])
    expect(needs.map((need) => need.action)).toContain(action);
  expect(needs.map(({ by }) => by)).toContain('events.amazonaws.com');
  expect(needs.map(({ by }) => by)).toContain('cloudwatch.amazonaws.com');
  expect(await deniedOf(needs)).toEqual([]);
});

test.runIf(wasRecordedBy('fuzz', inject('run')))('no call of random requests would be denied', async () => {
  const fuzzed = readCalls('fuzz');
  const { deniedOf } = openJudge(readDeployment('fuzz'));
  expect(fuzzed.flatMap(({ problem }) => problem ?? [])).toEqual([]);
  expect(await deniedOf(questionsOf([...fuzzed, ...fuzzed.map(withAllKeys)]))).toEqual([]);
});

const explained = explanations.flatMap(({ grants }) => grants);

test('every explained grant exists', () => {
  const granted = new Set(principals.flatMap(({ grants }) => grants.map(({ label }) => label)));
  expect(explained.filter((grant) => !granted.has(grant))).toEqual([]);
  expect(explained.length).toBe(new Set(explained).size);
});

// Last: by now all checks were recorded.
test('every grant was used by a call, or has a reason', () => {
  const open = new Set(unused());
  expect([...open].filter((grant) => !explained.includes(grant))).toEqual([]);
  const mustBeOpen = explanations.flatMap(({ grants, sometimes }) => (sometimes ? [] : grants));
  expect(mustBeOpen.filter((grant) => !open.has(grant))).toEqual([]);
});
