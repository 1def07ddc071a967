import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { changeAccount } from '../../../functions/domains/accounts/actions.ts';
import { readSuppressions } from '../../../functions/domains/consent/actions.ts';
import { openMail } from '../../../functions/platform/mail/mail.ts';
import { serveQueue } from '../../../functions/platform/workers/serve.ts';
import { consent } from '../../../functions/services/consent.ts';
import { clientConfig } from '../../../lib/process/environment.ts';
import { startApp } from '../../support/app.ts';

test('a mail has a text and a page, one-click unsubscribe, and its sender', async () => {
  const requests: { readonly path: string; readonly body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    requests.push({ path: request.url ?? '', body: JSON.parse(await text(request)) });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"MessageId":"m1"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const mail = openMail({ from: 'shop@example.com', configurationSet: 'mails' }, clientConfig(endpoint));

  const unsubscribeUrl = 'https://in.example.com/pages/unsubscribe/Ab12Cd/token';
  const message = {
    account: 'Ab12Cd',
    to: 'ada@example.com',
    subject: 'Grüße',
    text: 'Text',
    html: '<p>Page</p>',
    unsubscribeUrl,
  };
  expect(await mail.send(message)).toBe('m1');
  const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
  expect(requests).toEqual([
    {
      path: '/v2/email/outbound-emails',
      body: {
        FromEmailAddress: 'shop@example.com',
        Destination: { ToAddresses: ['ada@example.com'] },
        ConfigurationSetName: 'mails',
        EmailTags: [{ Name: 'account', Value: 'Ab12Cd' }],
        Content: {
          Simple: {
            Subject: utf8('Grüße'),
            Body: { Text: utf8('Text'), Html: utf8('<p>Page</p>') },
            Headers: [
              { Name: 'List-Unsubscribe', Value: `<${unsubscribeUrl}>` },
              { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
            ],
          },
        },
      },
    },
  ]);
  server.close();
});

test('a silent mail service is called again after five seconds', async () => {
  let requests = 0;
  const server = createServer((_, response) => {
    requests += 1;
    if (requests > 1) response.writeHead(200, { 'content-type': 'application/json' }).end('{"MessageId":"m2"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const mail = openMail({ from: 'shop@example.com' }, clientConfig(endpoint));
  const message = { account: 'Ab12Cd', to: 'ada@example.com', subject: 'S', text: 'T', html: '<p>T</p>' };
  const begun = performance.now();

  expect(await mail.send({ ...message, unsubscribeUrl: 'https://in.example.com/u' })).toBe('m2');

  expect(performance.now() - begun).toBeLessThan(10_000);
  server.closeAllConnections();
  server.close();
});

const recipients = [{ emailAddress: 'Ada@Example.com' }];
const timestamp = '2026-01-02T03:04:05.000Z';
const bounce = (bounceType: string) => ({
  'detail-type': 'Email Bounced',
  detail: { eventType: 'Bounce', bounce: { bounceType, bouncedRecipients: recipients, timestamp } },
});
const complaint = {
  'detail-type': 'Email Complaint Received',
  detail: { eventType: 'Complaint', complaint: { complainedRecipients: recipients, timestamp } },
};

test.each([
  ['a mail that can never arrive', bounce('Permanent'), ['HARD_BOUNCE']],
  ['a complaint', complaint, ['SPAM_COMPLAINT']],
  ['a mailbox that is full', bounce('Transient'), []],
])('%s suppresses %j: %j', async (_, { detail, ...notice }, reasons) => {
  const app = await startApp(consent);
  const tags = { account: [app.account], 'ses:configuration-set': ['mails'] };
  const body = JSON.stringify({ source: 'aws.ses', ...notice, detail: { ...detail, mail: { messageId: 'm1', tags } } });
  const handle = serveQueue(consent, () => app.services);
  const Records = [
    { messageId: '1', body },
    { messageId: '2', body },
  ] as never;
  expect(await handle({ Records }, { getRemainingTimeInMillis: () => 60_000 })).toEqual({ batchItemFailures: [] });
  const found = await readSuppressions({ kind: 'email', value: 'ada@example.com' }, app.context());
  expect(found.map(({ reason, at }) => [reason, at])).toEqual(reasons.map((reason) => [reason, timestamp]));
});

/** Transient bounces, one a day, each delivered twice. */
const softly = async (
  days: readonly number[],
  settings: Parameters<typeof changeAccount>[1],
  bounceSubType = 'MailboxFull',
) => {
  const app = await startApp(consent);
  if (Object.keys(settings).length > 0) await changeAccount(app.account, settings, app.services);
  const handle = serveQueue(consent, () => app.services);
  for (const day of days) {
    const told = { bounceType: 'Transient', bounceSubType, feedbackId: `f${day}`, bouncedRecipients: recipients };
    const bounced = { ...told, timestamp: new Date(Date.UTC(2026, 0, 1 + day)).toISOString() };
    const detail = {
      eventType: 'Bounce',
      mail: { messageId: `m${day}`, tags: { account: [app.account] } },
      bounce: bounced,
    };
    const body = JSON.stringify({ source: 'aws.ses', 'detail-type': 'Email Bounced', detail });
    const Records = [1, 2].map((n) => ({ messageId: `${n}`, body })) as never;
    expect(await handle({ Records }, { getRemainingTimeInMillis: () => 60_000 })).toEqual({ batchItemFailures: [] });
  }
  const address = { kind: 'email', value: 'ada@example.com' } as const;
  return (await readSuppressions(address, app.context())).map(({ reason, at }) => [reason, at.slice(0, 10)]);
};

const days = (count: number, step = 1) => Array.from({ length: count }, (_, i) => i * step);
const gone = (day: string) => [['HARD_BOUNCE', day]];

test.each([
  ['seven within a month', days(7), {}, 'MailboxFull', []],
  ['eight within a month', days(8), {}, 'MailboxFull', gone('2026-01-08')],
  ['eight within a year', days(8, 30), {}, 'General', []],
  ['eight of what was sent', days(8), {}, 'MessageTooLarge', []],
  ['two, where two are enough', days(2), { softBounces: { count: 2, days: 3 } }, 'General', gone('2026-01-02')],
  ['two too far apart', days(2, 4), { softBounces: { count: 2, days: 3 } }, 'General', []],
  ['many that are ignored', days(9), { softBounces: 'ignore' }, 'MailboxFull', []],
] as const)('of transient bounces, %s: %j', async (_, given, settings, subType, expected) => {
  expect(await softly(given, settings, subType)).toEqual(expected);
});
