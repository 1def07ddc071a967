import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { allServices } from '../../../functions/services.ts';
import { reservedConcurrencyOf } from '../../../lib/deploy/templates/reserved-concurrency.ts';
import { readTemplate } from '../../../lib/deploy/templates/template-changes.ts';
import { fitConcurrency, QUOTA_CODE, workerCount } from '../../../lib/settings/concurrency.ts';
import { makeApp } from '../../../lib/stacks/app.ts';
import { synthesize } from '../../support/templates.ts';

const fitted = (accountConcurrency: number | undefined, chosen: object = {}, workers = 5) =>
  fitConcurrency({ importsConcurrency: 10, reservedConcurrency: undefined, accountConcurrency, ...chosen }, workers);

/** Synthesized before the tests, because it takes long. */
const workersIn = (context: Readonly<Record<string, string>>) => Template.fromStack(synthesize(context).service);
const inNewAccount = workersIn({ accountConcurrency: '10' });
const withReserved = workersIn({ reservedConcurrency: '12' });

describe('queue workers', () => {
  test('are not capped if the account has room, or if its limit is unknown', () => {
    expect(fitted(1_000)).toEqual({ importsConcurrency: 10, notes: [] });
    expect(fitted(undefined)).toEqual({ importsConcurrency: 10, notes: [] });
    expect(fitted(60)).toEqual({ importsConcurrency: 10, notes: [] });
  });

  test.for([
    [59, 9],
    [40, 6],
    [20, 2],
  ] as const)('leave room for requests in an account of %i: %i each', ([account, each]) => {
    const { importsConcurrency, notes } = fitted(account);
    expect(importsConcurrency).toBe(each);
    expect(account - 5 * importsConcurrency).toBeGreaterThanOrEqual(10);
    expect(notes.join('\n')).toContain(`Each takes ${each} messages at once instead of 10`);
    expect(notes.join('\n')).not.toContain('503');
  });

  test("get AWS's minimum in a new account, with a notice of the effect and the remedy", () => {
    const { importsConcurrency, notes } = fitted(10);
    expect(importsConcurrency).toBe(2);
    expect(notes.join('\n')).toMatch(/10 functions at once.*up to 10 run, and requests can get 503/);
    expect(notes.join('\n')).toContain(`--quota-code ${QUOTA_CODE} --desired-value 1000`);
  });

  test('get the notice even if no more than the minimum is set', () => {
    expect(fitted(10, { importsConcurrency: 2 }).notes.join('\n')).toContain('503');
  });

  test.for([
    [150, 10, true],
    [149, 10, false],
    [10, 2, false],
    [100, 2, false],
  ] as const)('of an account with %i left may reserve %i each: %o', ([account, reservedConcurrency, isFine]) => {
    const fitting = () => fitted(account, { importsConcurrency: 2, reservedConcurrency });
    if (isFine) expect(fitting()).toEqual({ importsConcurrency: 2, notes: [] });
    else expect(fitting).toThrow(new RegExp(`takes ${reservedConcurrency * 5} of the ${account}.*${QUOTA_CODE}`));
  });

  test('are capped in the templates, by the result of `deploy`', () => {
    inNewAccount.resourcePropertiesCountIs(
      'AWS::Lambda::EventSourceMapping',
      { ScalingConfig: { MaximumConcurrency: 2 } },
      workerCount(allServices),
    );
  });

  test('that reserve more than the account has left are not synthesized', () => {
    const context = { accountConcurrency: '10', reservedConcurrency: '10' };
    expect(() => makeApp(allServices, { context })).toThrow(QUOTA_CODE);
  });

  test('reserve a number that is readable from the deployed template, so that it counts as left', () => {
    const template = readTemplate(JSON.stringify(withReserved));
    expect(template && reservedConcurrencyOf(template)).toBe(12 * workerCount(allServices));
  });
});
