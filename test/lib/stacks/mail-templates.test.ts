import { Match, Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { synthesize } from '../../support/templates.ts';

const synthesise = (context: Readonly<Record<string, string>>) => {
  const { data, service } = synthesize(context);
  return { data: Template.fromStack(data), service: Template.fromStack(service) };
};

test('allows mail from the one address, and only with a sender', { timeout: 90_000 }, () => {
  const { service, data } = synthesise({ mailFrom: 'news@shop.example' });
  service.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: 'ses:SendEmail',
          Effect: 'Allow',
          // In the sandbox SES also checks the recipient's identity.
          Resource: Match.arrayWith([{ 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('identity/\\*$')])] }]),
          Condition: { StringEquals: { 'ses:FromAddress': 'news@shop.example' } },
        }),
      ]),
    },
  });
  service.hasResourceProperties('AWS::Lambda::Function', {
    Environment: {
      Variables: Match.objectLike({ MAIL_FROM: 'news@shop.example', MAIL_CONFIGURATION_SET: Match.anyValue() }),
    },
  });

  data.hasResourceProperties('AWS::SES::ConfigurationSetEventDestination', {
    EventDestination: {
      Enabled: true,
      MatchingEventTypes: ['bounce', 'complaint'],
      EventBridgeDestination: Match.anyValue(),
    },
  });
  data.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.ses'],
      detail: { mail: { tags: { 'ses:configuration-set': [{ Ref: Match.stringLikeRegexp('^MailMails') }] } } },
    },
  });

  const without = synthesise({});
  expect(JSON.stringify(without.service.toJSON())).not.toMatch(/ses:SendEmail|MAIL_FROM/);
  without.data.resourceCountIs('AWS::SES::ConfigurationSet', 0);
});

test('switches pages off, and mail with them', { timeout: 90_000 }, () => {
  const { service } = synthesise({ pages: 'false' });
  service.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: Match.objectLike({ PAGES: 'off' }) },
  });
  expect(() => synthesise({ pages: 'false', mailFrom: 'news@shop.example' })).toThrow('mailFrom needs pages');
});
