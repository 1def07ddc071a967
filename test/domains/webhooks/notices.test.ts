import { expect, test } from 'vitest';
import { changeAccount } from '../../../functions/domains/accounts/actions.ts';
import { openMail } from '../../../functions/platform/mail/mail.ts';
import { localSender, verifySender } from '../../../lib/local/ministack/mail-sender.ts';
import { listSentMail } from '../../../lib/local/ministack/sent-mail.ts';
import { clientConfig } from '../../../lib/process/environment.ts';
import { tableEndpoint } from '../../support/table.ts';
import { startReceiver, startWebhooks } from './start.ts';

test('mails the owner when a receiver works again, and when it is given up', async () => {
  await verifySender(tableEndpoint());
  const shop = await startWebhooks({ mail: openMail({ from: localSender }, clientConfig(tableEndpoint())) });
  const owner = `owner-${shop.account.toLowerCase()}@shop.example`;
  await changeAccount(shop.account, { ownerEmail: owner }, shop.services);
  const receiver = await startReceiver();
  await shop.createWebhook(receiver.url, ['profile.created']);
  const mails = async () => (await listSentMail(tableEndpoint())).filter(({ To }) => To.includes(owner));

  receiver.answerStatus(500);
  await shop.createProfile('ada@example.com');
  await shop.deliver();
  await shop.pass(2);
  expect(await mails()).toEqual([]);
  receiver.answerStatus(204);
  await shop.pass(3);
  expect((await mails()).map(({ Subject }) => Subject)).toEqual(['Webhook "Shop" works again']);

  receiver.answerStatus(410);
  await shop.createProfile('eve@example.com');
  await shop.deliver();
  expect((await mails()).map(({ Subject }) => Subject)).toContain('Webhook "Shop" is turned off');
});
