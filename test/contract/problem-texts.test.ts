import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { validationProblems } from '../../functions/domains/consent/records/bulk-entry.ts';
import { parseMapping } from '../../functions/domains/imports/mappings/parse.ts';
import { parseForAccount } from '../../functions/model/checks.ts';
import type { Route } from '../../functions/platform/http/route.ts';
import { problemText } from '../../functions/platform/validation/problem-text.ts';
import { allServices } from '../../functions/services.ts';
import { parseAccountSettings, settingNames } from '../../lib/admin/accounts/settings.ts';
import { report } from '../../lib/cost/report.ts';
import { bodyExamples } from '../../lib/openapi/examples.ts';
import { settingNames as deploymentSettings, parseSettings } from '../../lib/settings/settings.ts';

/** Phrases of the library, and of JavaScript. */
const THEIRS = /Invalid (key|type|length|value|format|integer|input)\b|Expected |[Rr]eceived |undefined|\[object/;

const account = { id: 'Ab12Cd', name: 'Test', timezone: 'UTC', createdAt: '2026-01-01T00:00:00Z' };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wrongValues = [null, true, 7.5, '', 'x', [], [null], {}, '9'.repeat(5_000)];

/** The value with each of its members omitted or replaced by an unlikely one. */
function* mutations(value: unknown): Generator<unknown> {
  yield* wrongValues;
  if (Array.isArray(value)) {
    for (const [i, member] of value.entries())
      for (const other of mutations(member)) yield value.toSpliced(i, 1, other);
  } else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      const { [name]: _, ...others } = value;
      yield others;
      for (const other of mutations(member)) yield { ...others, [name]: other };
    }
  }
}

/** Unparsed entries of bulk requests, anywhere. */
const unread = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(unread);
  if (!isObject(value)) return [];
  if (value.isRead === false && Array.isArray(value.problems))
    return validationProblems({ input: undefined, isRead: false, problems: value.problems }, '').map(
      ({ detail }) => detail,
    );
  return Object.values(value).flatMap(unread);
};

/** Deliveries of vendors are checked later: see test/domains/integrations/rejected.test.ts. */
const isChecked = ({ body, protocol }: Route): boolean => body !== undefined && protocol.name !== 'webhook';

const routes = allServices
  .flatMap(({ routes }) => Object.entries<Route>(routes))
  .filter(([, route]) => isChecked(route));

test.each(routes)('reports problems of the body of %s in our own words', (id, { body }) => {
  if (!body) throw new Error('It has a body.');
  const texts = new Set<string>();
  for (const given of mutations(bodyExamples[id])) {
    const { issues = [], value } = parseForAccount(account, body, given);
    for (const issue of issues) texts.add(problemText(issue));
    for (const detail of unread(value)) texts.add(detail);
  }
  expect(texts.size).toBeGreaterThan(0);
  expect([...texts].filter((text) => THEIRS.test(text) || text.length > 500)).toEqual([]);
});

const withMapping = bodyExamples.createImportMapping;

test('reports problems of a mapping in our own words', () => {
  const Given = v.object({ data: v.object({ attributes: v.object({ mapping: v.looseObject({}) }) }) });
  const { mapping } = v.parse(Given, withMapping).data.attributes;
  const texts = [...mutations({ ...mapping, group_by: 'Order', items: ['SKU'], types: { Zip: 'string' } })].map(
    (given) => {
      const read = parseMapping(JSON.stringify(given), 'profiles');
      return 'problem' in read ? read.problem : '';
    },
  );
  expect(texts.filter((text) => THEIRS.test(text))).toEqual([]);
  expect(parseMapping('{"dates": "x", "list": 5}', 'profiles')).toEqual({
    problem: `can't be used. dates: It has to be "month-first" or "day-first", not "x". list: It has to be a text, not 5.`,
  });
});

const thrownMessage = (read: () => unknown): string => {
  try {
    read();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
};

test('reports problems of a setting in our own words', () => {
  const ofAccounts = settingNames.flatMap((name) =>
    ['x', '7.5', '{}', '[null]', 'null'].map((text) => thrownMessage(() => parseAccountSettings([`${name}=${text}`]))),
  );
  const ofDeployments = deploymentSettings.flatMap((name) =>
    ['x y', '-1', '7.5', 7, {}, []].map((value) => thrownMessage(() => parseSettings({ [name]: value }))),
  );
  const ofCosts = ['events', 'batch', 'retention'].flatMap((name) =>
    ['x', '-1', '0.5'].map((value) =>
      thrownMessage(() =>
        report({ [name]: value }, () => {
          throw new Error('none');
        }),
      ),
    ),
  );
  const texts = [...ofAccounts, ...ofDeployments, ...ofCosts];
  expect(texts.filter((text) => THEIRS.test(text))).toEqual([]);
  expect(thrownMessage(() => parseAccountSettings(['optInProcess=triple']))).toBe(
    'optInProcess: It has to be "single_opt_in" or "double_opt_in", not "triple".',
  );
  expect(thrownMessage(() => parseSettings({ logLevel: 'loud' }))).toContain(
    '-c logLevel=loud: it has to be "debug", "info", "warn" or "error", not "loud".',
  );
});

describe('a text of ours', () => {
  const said = (schema: v.GenericSchema, given: unknown): string[] =>
    (v.safeParse(schema, given).issues ?? []).map((issue) => problemText(issue));
  const deep = v.object({ rows: v.array(v.object({ type: v.literal('event') })) });

  test.each([
    [v.object({ type: v.literal('event') }), {}, '`type` is missing.'],
    [v.object({ type: v.literal('event') }), { type: 'evnt' }, '`type` has to be "event", not "evnt".'],
    [
      v.object({ at: v.union([v.string(), v.number()]) }),
      { at: [] },
      '`at` has to be a text or a number, not an array.',
    ],
    [v.object({ at: v.nullish(v.boolean()) }), { at: 'yes' }, '`at` has to be true or false, not "yes".'],
    [deep, { rows: [{ type: 'event' }, 5] }, '`rows[1]` has to be an object, not 5.'],
    [v.strictObject({}), { foo: 1 }, '`foo` is unknown.'],
    [v.pipe(v.string(), v.nonEmpty()), '', 'It is empty.'],
    [v.pipe(v.string(), v.maxLength(2)), 'abc', 'It has 3 characters; at most 2 are allowed.'],
    [v.pipe(v.number(), v.integer()), 1.5, 'It has to be a whole number, not 1.5.'],
    [v.pipe(v.number(), v.minValue(1)), 0, 'It has to be at least 1, not 0.'],
    [v.pipe(v.string(), v.maxLength(2, 'Longer than 2.')), 'abc', 'Longer than 2.'],
    [v.string(), undefined, 'It is missing.'],
  ])('%#: %j is reported', (schema, given, text) => {
    expect(said(schema, given)).toEqual([text]);
  });

  test('quotes at most 100 characters of the input', () => {
    expect(said(v.picklist(['a']), 'x'.repeat(10_000))).toEqual([`It has to be "a", not "${'x'.repeat(99)}….`]);
  });
});
