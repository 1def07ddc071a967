import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { allServices } from '../../../functions/services.ts';
import { makeApp } from '../../../lib/stacks/app.ts';

const context = { 'aws:cdk:bundling-stacks': [] };
const app = makeApp(allServices, { context: { ...context, sftp: 'true' } });
const withSftp = Template.fromStack(app.data);
describe('the SFTP server', () => {
  test('exists only if it is set, since AWS charges for it by the hour', () => {
    expect(makeApp(allServices, { context }).sftp).toBeUndefined();
    expect(JSON.stringify(Template.fromStack(makeApp(allServices, { context }).data).toJSON())).not.toContain(
      'aws.transfer',
    );
  });

  test('accepts keys only, reaches the SFTP folder only, and notifies the imports', () => {
    if (!app.sftp) throw new Error('It was asked for.');
    const sftp = Template.fromStack(app.sftp);
    sftp.hasResourceProperties('AWS::Transfer::Server', {
      Protocols: ['SFTP'],
      IdentityProviderType: 'SERVICE_MANAGED',
    });
    const resources = JSON.stringify(sftp.findResources('AWS::IAM::Policy'));
    expect(resources).toContain('/sftp/*');
    expect(resources).not.toMatch(/s3:\*|"Resource":"\*"/);
    const paths = [{ prefix: { 'Fn::Join': ['', ['/', Match.anyValue(), '/sftp/']] } }];
    withSftp.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.transfer'],
        'detail-type': Match.arrayWith(['SFTP Server File Upload Completed', 'SFTP Server File Upload Failed']),
        detail: { $or: [{ 'file-path': paths }, { 'renamed-file-path': paths }] },
      },
    });
  });
});
