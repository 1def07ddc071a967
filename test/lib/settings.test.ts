import { App } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { readSettings } from '../../lib/settings.ts';

const read = (context: Readonly<Record<string, unknown>>) => readSettings(new App({ context }).node);

test('nothing has to be set', () => {
  expect(read({})).toMatchObject({ name: 'Tributary', protect: true, logLevel: 'info' });
});

test('what the command line gives as text is what it says', () => {
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
  [{ logRetentionDays: '31' }, '-c logRetentionDays=31: CloudWatch keeps logs for'],
  [{ alarmEmail: 'nobody' }, '-c alarmEmail=nobody: it has to be an e-mail address'],
  [{ domainName: 'in.example.com' }, 'domainName and certificateArn are given both or not at all'],
] as const)('%o is refused, with what is wrong', ([context, problem]) => {
  expect(() => read(context)).toThrow(problem);
});

test('all that is wrong is said at once', () => {
  const reading = () => read({ throttleRate: 'fast', name: '1st' });
  expect(reading).toThrow('throttleRate=fast');
  expect(reading).toThrow('name=1st');
});
