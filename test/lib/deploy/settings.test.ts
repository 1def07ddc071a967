import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { chooseSettings } from '../../../lib/deploy/choose-settings.ts';
import { nextSteps } from '../../../lib/deploy/next-steps.ts';
import { deployCommand, readOptions } from '../../../lib/deploy/options.ts';
import { settingLines } from '../../../lib/deploy/plan.ts';
import { inferSettings } from '../../../lib/deploy/templates/inferred-settings.ts';
import { readTemplate } from '../../../lib/deploy/templates/template-changes.ts';
import { settingsParameter } from '../../../lib/settings/settings.ts';
import { synthesize } from '../../support/templates.ts';

describe('the command line', () => {
  test('changes settings, clears them, and passes the rest to CDK', () => {
    const given = [
      '-c',
      'alarmEmail=a=b@example.com',
      '--context',
      'sftp=',
      '--unset',
      'mailFrom',
      '--profile',
      'shop',
    ];
    const flags = ['-c', '@aws-cdk/core:thing=true', '--require-approval', 'never', '--force', '-y'];

    expect(readOptions([...given, ...flags])).toEqual({
      name: 'Tributary',
      changes: { alarmEmail: 'a=b@example.com', sftp: '', mailFrom: '' },
      flags: ['-c', '@aws-cdk/core:thing=true'],
      profile: 'shop',
      region: undefined,
      yes: true,
      dryRun: false,
      cdk: ['--require-approval', 'never', '--force'],
    });
  });

  test('names the deployment by --stack, as admin does, or by -c name', () => {
    expect(readOptions(['--stack', 'Shop']).name).toBe('Shop');
    expect(readOptions(['-c', 'name=Shop']).name).toBe('Shop');
    expect(() => readOptions(['--stack', 'Shop', '-c', 'name=Other'])).toThrow('two deployments');
  });

  test.for([
    [['-c', 'alramEmail=ops@example.com'], 'There is no setting alramEmail. Settings: protect,'],
    [['--unset', 'nothing'], 'There is no setting nothing'],
    [['-c', 'accountConcurrency=1000'], 'Leave out accountConcurrency: npm run deploy sets it'],
  ] as const)('%o is refused', ([args, problem]) => {
    expect(() => readOptions(args)).toThrow(problem);
  });

  test('help lists every option', () => {
    const help = deployCommand().helpInformation();
    for (const option of ['--context', '--unset', '--stack', '--profile', '--region', '--dry-run', '--yes'])
      expect(help).toContain(option);
  });
});

describe('settings of a deployment', () => {
  const stored = { domainName: 'in.example.com', eventRetentionDays: '90' };

  test('are those of the last one, overridden by the given ones', () => {
    const { settings, changes } = chooseSettings({ stored, file: {}, changes: { alarmEmail: 'ops@example.com' } });
    expect(settings).toEqual({ ...stored, alarmEmail: 'ops@example.com' });
    expect(settingLines(changes)).toEqual(['  alarmEmail  (default) → ops@example.com']);
  });

  test('are cleared by an empty text, and shown with their old values', () => {
    const { settings, changes } = chooseSettings({ stored, file: {}, changes: { eventRetentionDays: '' } });
    expect(settings).toEqual({ domainName: 'in.example.com' });
    expect(settingLines(changes)).toEqual(['  eventRetentionDays  90 → (default)']);
  });

  test('in cdk.json override stored ones, and must not contradict the command line', () => {
    const file = { eventRetentionDays: 395, '@aws-cdk/core:flag': true };
    expect(chooseSettings({ stored, file, changes: {} }).settings).toMatchObject({ eventRetentionDays: '395' });
    expect(chooseSettings({ stored, file, changes: { eventRetentionDays: '395' } }).changes).toHaveLength(1);
    const against = { stored, file, changes: { eventRetentionDays: '30' } };
    expect(() => chooseSettings(against)).toThrow('cdk.json sets eventRetentionDays=395, not 30. Change it there');
    expect(() => chooseSettings({ ...against, changes: { eventRetentionDays: '' } })).toThrow('not empty');
  });
});

const all = {
  eventRetentionDays: '90',
  catalogVersionDays: '60',
  archiveRetentionDays: '400',
  erasureSettleMinutes: '1600',
  uploadRetentionDays: '60',
  reportRetentionDays: '20',
  noncurrentVersionDays: '7',
  logLevel: 'debug',
  logRetentionDays: '14',
  throttleRate: '50',
  throttleBurst: '70',
  importsConcurrency: '4',
  reservedConcurrency: '5',
  workerTimeoutSeconds: '600',
  domainName: 'in.example.com',
  certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/one',
  mailFrom: 'shop@example.com',
  alarmEmail: 'ops@example.com',
};
const templatesOf = (context: Readonly<Record<string, string>>) => {
  const { data, service } = synthesize(context);
  const [ofData, ofApp] = [data, service].map((stack) => readTemplate(JSON.stringify(Template.fromStack(stack))));
  if (!ofData || !ofApp) throw new Error('They are templates.');
  return { data: ofData, app: ofApp, parameters: Template.fromStack(data).findResources('AWS::SSM::Parameter') };
};

const passing = { name: 'Shop', accountConcurrency: '1000', terminationProtection: 'true' };
const disposable = { protect: 'false', s3Addressing: 'path', publicUrl: 'http://127.0.0.1:8787', pages: 'false' };
// Synthesized before the tests, because it takes long.
const [withAll, withDisposable, withNone] = [{ ...all, ...passing }, disposable, {}].map(templatesOf);
const inferred = (templates: typeof withAll, hasSftp = false) =>
  templates && inferSettings(templates.data, templates.app, { hasSftp });

describe('a deployed stack', () => {
  test('has its settings in a parameter, without the name and one-time results', () => {
    const [{ Properties }] = Object.values(withAll?.parameters ?? {}) as [
      { Properties: { Name: string; Value: string } },
    ];
    expect(Properties.Name).toBe(settingsParameter('Shop'));
    expect(JSON.parse(Properties.Value)).toEqual(all);
  });

  test('returns the settings of a version that stored none', () => {
    expect(inferred(withAll)).toEqual(all);
  });

  test('returns those of a deployment without protection', () => {
    expect(inferred(withDisposable, true)).toEqual({ ...disposable, sftp: 'true' });
  });

  test('returns no setting with its default', () => {
    expect(inferred(withNone)).toEqual({});
  });
});

describe('the advice after a deployment', () => {
  const outputs = { ApiUrl: 'https://api', DomainTarget: 'd-1.aws', TableName: 'Table', ImportsBucket: 'bucket' };

  test('names one setting only, since the others stay', () => {
    const said = nextSteps({ name: 'Shop', outputs, settings: {}, isFirst: true });
    expect(said).toContain('npm run deploy -- --stack Shop -c alarmEmail=you@example.com');
    expect(said).toContain('All other settings stay');
    expect(said).toContain('Point the custom domain');
  });

  test('repeats nothing that is done already', () => {
    const said = nextSteps({ name: 'Tributary', outputs, settings: { alarmEmail: 'a@example.com' }, isFirst: false });
    expect(said).not.toMatch(/Next:|alarmEmail=/);
  });
});
