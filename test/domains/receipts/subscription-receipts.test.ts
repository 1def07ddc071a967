import { expect, test } from 'vitest';
import { readReceipt } from '../../../functions/api/klaviyo/receipts/receipt.ts';
import { changeAccount } from '../../../functions/domains/accounts/actions.ts';
import { suppress } from '../../../functions/domains/consent/actions.ts';
import { confirmOptIn, readPendingOptIn } from '../../../functions/domains/consent/opt-in/actions.ts';
import { handleConfirmationMessage } from '../../../functions/domains/consent/opt-in/confirmation-message.ts';
import { markErased } from '../../../functions/domains/erased/actions.ts';
import { ensureList } from '../../../functions/domains/lists/actions.ts';
import { openReceipt } from '../../../functions/domains/receipts/token.ts';
import { openMail } from '../../../functions/platform/mail/mail.ts';
import { consent } from '../../../functions/services/consent.ts';
import { events } from '../../../functions/services/events.ts';
import { localSender, verifySender } from '../../../lib/local/ministack/mail-sender.ts';
import { clientConfig } from '../../../lib/process/environment.ts';
import { type Answer, startApp } from '../../support/app.ts';
import { tableEndpoint } from '../../support/table.ts';
import { button, phone, step, version } from '../forms/parts.ts';
import { startLive } from '../forms/submit.ts';
import { receiptIn } from './receipt-in.ts';

const email = 'ada@example.com';
const address = { kind: 'email', value: email } as const;

/** A shop whose worker runs when `work` is called. */
const start = async (optInProcess: 'single_opt_in' | 'double_opt_in' = 'single_opt_in') => {
  await verifySender(tableEndpoint());
  const mail = openMail({ from: localSender }, clientConfig(tableEndpoint()));
  const sent: object[] = [];
  const queue = () => ({ send: async (message: object) => void sent.push(message) });
  const app = await startApp(
    { ...consent, routes: { ...consent.routes, ...events.routes } },
    { services: { queue, mail } },
  );
  const context = { ...app.context(), queue, mail };
  await changeAccount(app.account, { optInProcess }, app.services);
  await ensureList('news', context);
  app.at('2026-01-01T00:05:00Z');
  return {
    ...app,
    context: () => ({ ...app.context(), queue, mail }),
    subscribe: (attributes: object = { email }, extra: object = {}) =>
      app.post(
        `/client/subscriptions?company_id=${app.account}`,
        {
          data: {
            type: 'subscription',
            attributes: { ...extra, profile: { data: { type: 'profile', attributes } } },
            relationships: { list: { data: { type: 'list', id: 'news' } } },
          },
        },
        { authorization: '' },
      ),
    work: async () => {
      for (const message of sent.splice(0)) await handleConfirmationMessage(message, { ...app.services, queue, mail });
    },
    outcome: async (answer: Answer) => (await app.get(`/api/receipts/${receiptIn(answer)}`)).body.data.attributes,
  };
};

test('a receipt follows a subscription from the answer to the consent', async () => {
  const app = await start();
  const answer = await app.subscribe();
  expect(await app.outcome(answer)).toMatchObject({ outcome: 'pending', item_type: 'subscription', list_id: 'news' });
  await app.work();
  const now = await app.outcome(answer);
  expect(now).toMatchObject({
    outcome: 'stored',
    source: 'client',
    list_id: 'news',
    profile_id: expect.any(String),
    consent: [{ channel: 'email', type: 'marketing', status: 'SUBSCRIBED', ledger_entry_id: expect.any(String) }],
    reasons: [],
  });
});

test('what a person sent is not kept with a subscription that is done', async () => {
  const app = await start();
  const answer = await app.subscribe({ email, first_name: 'Ada', properties: { secret: 1 } });
  await app.work();
  const contents = await openReceipt(receiptIn(answer), app.context());
  const { person, pushTokens, evidence, ...rest } =
    (await readPendingOptIn(contents?.item.id ?? '', app.context())) ?? {};
  expect({ person, pushTokens, evidence }).toEqual({ evidence: { method: 'form' } });
  expect(rest).toMatchObject({ status: 'done', result: 'stored', expiresAt: Date.UTC(2026, 0, 15, 0, 5) / 1_000 });
});

test('consent for an address that receives nothing is suppressed', async () => {
  const app = await start();
  const answer = await app.subscribe();
  await app.work();
  await suppress({ address, reason: 'HARD_BOUNCE', at: new Date('2026-01-01T00:06:00Z') }, app.context());
  expect(await app.outcome(answer)).toMatchObject({
    outcome: 'suppressed',
    reasons: [{ detail: 'HARD_BOUNCE', pointer: null }],
    consent: [{ status: 'SUBSCRIBED' }],
  });
});

test('a double opt-in is pending until the person confirms', async () => {
  const app = await start('double_opt_in');
  const answer = await app.subscribe();
  await app.work();
  expect(await app.outcome(answer)).toMatchObject({ outcome: 'pending', profile_id: null, consent: null });
  const contents = await openReceipt(receiptIn(answer), app.context());
  await confirmOptIn(contents?.item.id ?? '', { method: 'form' }, app.context());
  expect(await app.outcome(answer)).toMatchObject({ outcome: 'stored', consent: [{ status: 'SUBSCRIBED' }] });
});

test('a double opt-in expires with its link', async () => {
  const app = await start('double_opt_in');
  const answer = await app.subscribe();
  await app.work();
  app.at('2026-01-04T00:06:00Z');
  expect(await app.outcome(answer)).toMatchObject({ outcome: 'expired' });
});

test('no mail goes to an address that bounced: the subscription is suppressed', async () => {
  const app = await start('double_opt_in');
  await suppress({ address, reason: 'HARD_BOUNCE', at: new Date('2026-01-01T00:00:00Z') }, app.context());
  const answer = await app.subscribe();
  await app.work();
  expect(await app.outcome(answer)).toMatchObject({ outcome: 'suppressed', profile_id: null });
});

test('public receipts have one form and length for known, erased and suppressed people, and robots', async () => {
  const app = await start();
  await markErased([{ kind: 'phone_number', value: '+491711234567' }], 'job', app.context());
  const answers = [
    await app.subscribe(),
    await app.subscribe(),
    await app.subscribe({ phone_number: '+491711234567' }),
    await app.subscribe({ email }, { website: 'https://robot.example' }),
  ];
  const page = (body: string) =>
    app.send('POST', `/pages/subscribe/${app.account}/news`, body, {
      authorization: '',
      'content-type': 'application/x-www-form-urlencoded',
    });
  const pages = [await page('email=ada%40example.com'), await page('email=bob%40example.com&website=robot')];
  const formOf = (answer: Answer) => receiptIn(answer).replaceAll(/\w|-/g, 'x');
  expect(new Set(answers.map(formOf)).size).toBe(1);
  expect(new Set(pages.map(formOf)).size).toBe(1);
  await app.work();
  const outcomes = [];
  for (const answer of [...answers, ...pages]) outcomes.push((await app.outcome(answer)).outcome);
  expect(outcomes).toEqual(['stored', 'stored', 'erased', 'rejected', 'stored', 'rejected']);
});

test('the submission of a form by an erased person is erased once it is processed', async () => {
  const app = await startLive(version([step(phone(), button())]));
  await markErased([{ kind: 'phone_number', value: '+491711234567' }], 'job', app.context());
  app.at('2026-01-01T00:05:00Z');
  const answer = await app.submit({ fields: { $phone_number: '+491711234567' } });
  expect(await readReceipt(receiptIn(answer), app.context())).toMatchObject({ outcome: 'erased' });
});
