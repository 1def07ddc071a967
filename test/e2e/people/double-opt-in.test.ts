import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ListEnum, ListsApi, ProfileEnum, ProfileSubscriptionBulkCreateJobEnum } from 'klaviyo-api';
import { expect, inject, test, vi } from 'vitest';
import { listSentMail } from '../../../lib/local/ministack/sent-mail.ts';
import { clientConfig } from '../../../lib/process/environment.ts';
import { linkIn } from '../../api/pages/visit.ts';
import { connect, somebody } from '../../support/deployed/klaviyo.ts';

const { awsEndpoint, apiUrl } = inject('stack');
const { profiles, open } = connect();
const lists = open(ListsApi);
const patient = { timeout: 60_000, interval: 500 };

const mailTo = (email: string) =>
  vi.waitFor(async () => {
    const found = (await listSentMail(awsEndpoint)).filter(({ To }) => To.includes(email));
    expect(found).toHaveLength(1);
    return found[0]?.BodyText ?? '';
  }, patient);

const find = async (email: string) => {
  const { body } = await profiles.getProfiles({
    filter: `equals(email,"${email}")`,
    additionalFieldsProfile: ['subscriptions'],
  });
  return body.data[0];
};

test('counts a subscription to a list with double opt-in from the confirmation by mail on', async () => {
  const email = somebody();
  const { body: list } = await lists.createList({
    data: { type: ListEnum.List, attributes: { name: 'Double', optInProcess: 'double_opt_in' } },
  });
  const { id } = list.data;
  await profiles.bulkSubscribeProfiles({
    data: {
      type: ProfileSubscriptionBulkCreateJobEnum.ProfileSubscriptionBulkCreateJob,
      attributes: {
        profiles: {
          data: [
            {
              type: ProfileEnum.Profile,
              attributes: { email, subscriptions: { email: { marketing: { consent: 'SUBSCRIBED' } } } },
            },
          ],
        },
      },
      relationships: { list: { data: { type: ListEnum.List, id } } },
    },
  });
  const link = `${apiUrl}${linkIn(await mailTo(email), 'confirm')}`;

  const page = await fetch(link);
  expect([page.status, page.headers.get('content-type'), page.headers.get('set-cookie')]).toEqual([
    200,
    'text/html; charset=utf-8',
    null,
  ]);
  expect(await find(email)).toBeUndefined();

  const confirmed = await fetch(link, { method: 'POST', body: new URLSearchParams(), redirect: 'error' });
  expect(await confirmed.text()).toContain('You are subscribed');
  const profile = await find(email);
  expect(profile?.attributes.subscriptions?.email?.marketing).toMatchObject({
    consent: 'SUBSCRIBED',
    doubleOptin: true,
  });
  const { body: on } = await profiles.getListsForProfile(profile?.id ?? '');
  expect(on.data.map((one) => one.id)).toEqual([id]);
});

/** As EventBridge would send it: nobody else may send events of AWS's own services. */
const tell = async (event: object) => {
  const cloud = new CloudFormationClient(clientConfig(awsEndpoint));
  const { Stacks = [] } = await cloud.send(new DescribeStacksCommand({ StackName: 'Tributary-Data' }));
  const QueueUrl = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'ConsentQueueUrl')?.OutputValue;
  const sqs = new SQSClient(clientConfig(awsEndpoint));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(event) }));
};

test('suppresses the address of a bounce that SES reports', async () => {
  const email = somebody();
  const tags = { account: [inject('stack').companyId] };
  const bounce = {
    bounceType: 'Permanent',
    bouncedRecipients: [{ emailAddress: email }],
    timestamp: '2026-01-02T03:04:05.000Z',
  };
  const detail = { eventType: 'Bounce', mail: { messageId: 'm1', tags }, bounce };
  await tell({ source: 'aws.ses', 'detail-type': 'Email Bounced', detail });
  await profiles.createOrUpdateProfile({ data: { type: ProfileEnum.Profile, attributes: { email } } });
  await vi.waitFor(async () => {
    const marketing = (await find(email))?.attributes.subscriptions?.email?.marketing;
    expect(marketing).toMatchObject({ canReceiveEmailMarketing: false, suppression: [{ reason: 'HARD_BOUNCE' }] });
  }, patient);
});
