import { App } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { readSettings } from '../../../lib/settings/settings.ts';

const read = (context: Readonly<Record<string, unknown>>) => readSettings(new App({ context }).node);

test('requires no setting', () => {
  expect(read({})).toMatchObject({ name: 'Tributary', protect: true, logLevel: 'info' });
});

test('parses the texts of the command line', () => {
  expect(read({ protect: 'false', eventRetentionDays: '90', importsConcurrency: 4 })).toMatchObject({
    protect: false,
    eventRetentionDays: 90,
    importsConcurrency: 4,
  });
});

test.for([
  [{ eventRetentionDays: 'forever' }, '-c eventRetentionDays=forever: it has to be a whole number'],
  [{ eventRetentionDays: '0' }, '-c eventRetentionDays=0: it has to be at least 1'],
  [{ importsConcurrency: '1' }, '-c importsConcurrency=1: it has to be at least 2'],
  [{ protect: 'maybe' }, "-c protect=maybe: it has to be 'true' or 'false'"],
  [{ logRetentionDays: '31' }, '-c logRetentionDays=31: CloudWatch supports only'],
  [{ alarmEmail: 'nobody' }, '-c alarmEmail=nobody: it has to be an e-mail address'],
  [{ domainName: 'in.example.com' }, 'set domainName and certificateArn together, or neither'],
  [{ reservedConcurrency: '9' }, 'reservedConcurrency=9 is below importsConcurrency=10'],
  [{ reservedConcurrency: '3', importsConcurrency: '4' }, 'reservedConcurrency=3 is below importsConcurrency=4'],
  [{ monthlyBudget: '50' }, 'monthlyBudget needs alarmEmail'],
  [{ monthlyBudget: '0', alarmEmail: 'a@example.com' }, '-c monthlyBudget=0: it has to be at least 1'],
  [{ warmThroughput: '40000' }, '-c warmThroughput=40000: it has to be reads/writes a second, at least 12000/4000'],
  [{ warmThroughput: '12000/3999' }, 'at least 12000/4000'],
  [{ tableName: 'Restored' }, 'set tableName and tableStreamArn together, or neither'],
  [{ tableStreamArn: 'arn:aws:s3:::bucket' }, '-c tableStreamArn=arn:aws:s3:::bucket: it has to be the ARN of a table'],
  [{ ownTable: 'false' }, 'ownTable=false needs tableName'],
] as const)('refuses %o, with the reason', ([context, problem]) => {
  expect(() => read(context)).toThrow(problem);
});

test('clears a setting by an empty text, on the command line of CDK too', () => {
  expect(read({ eventRetentionDays: '', protect: '', mailFrom: null })).toEqual(read({}));
});

test('accepts sufficient reserved concurrency', () => {
  expect(read({ reservedConcurrency: '4', importsConcurrency: '4' })).toMatchObject({ reservedConcurrency: 4 });
});

test('accepts warm throughput as two numbers', () => {
  expect(read({ warmThroughput: '12000/40000' }).warmThroughput).toEqual({ reads: 12_000, writes: 40_000 });
});

test('reports all errors at once', () => {
  const reading = () => read({ throttleRate: 'fast', name: '1st' });
  expect(reading).toThrow('throttleRate=fast');
  expect(reading).toThrow('name=1st');
});
