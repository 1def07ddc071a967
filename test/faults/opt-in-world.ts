import { changeAccount } from '../../functions/domains/accounts/actions.ts';
import { ensureList } from '../../functions/domains/lists/actions.ts';
import { readIdentifierOwners, readProfiles } from '../../functions/domains/profiles/records/resolve.ts';
import { openMail } from '../../functions/platform/mail/mail.ts';
import { localSender, verifySender } from '../../lib/local/ministack/mail-sender.ts';
import { listSentMail } from '../../lib/local/ministack/sent-mail.ts';
import { clientConfig } from '../../lib/process/environment.ts';
import { bulk, subscribeTo } from '../domains/consent/requests.ts';
import { type FaultKind, type FaultPlan, startFaultyProxy } from '../support/faults/faults.ts';
import { tableEndpoint } from '../support/table.ts';
import { type Faulty, startFaulty } from './harness.ts';
import { LISTS, type Step } from './opt-in-model.ts';

export const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** Before SES accepts a mail. Any client would repeat a request with a lost response. */
const beforeSending: readonly FaultKind[] = ['serverError', 'reset', 'slow'];

export const start = async (plan: FaultPlan, ofMail: FaultPlan = { ...plan, kinds: beforeSending }) => {
  await verifySender(tableEndpoint());
  const ses = await startFaultyProxy(tableEndpoint(), ofMail);
  const mail = openMail({ from: localSender }, clientConfig(ses.endpoint));
  const app = await startFaulty(plan, { mail });
  const confirmationLimits = { address: 100, ip: 10_000, list: 500_000 };
  for (const id of LISTS) await ensureList(id, app.context());
  await changeAccount(app.account, { optInProcess: 'double_opt_in', confirmationLimits }, app.services);
  return { app, ses };
};

export const mailsTo = async (email: string): Promise<string[]> =>
  (await listSentMail(tableEndpoint())).filter(({ To }) => To.includes(email)).map(({ BodyText }) => BodyText);

/** The content of a link's token: anybody can read it. */
export const idIn = (link: string): string =>
  JSON.parse(Buffer.from(link.split('.')[1] ?? '', 'base64url').toString() || '{}').o ?? '';

export const ask = (app: Faulty, { by, list }: Extract<Step, { readonly does: 'ask' }>, email: string) => {
  switch (by) {
    case 'form':
      return app.until('POST', `/pages/subscribe/${app.account}/${list}`, `${new URLSearchParams({ email })}`, form);
    case 'browser': {
      const profile = { data: { type: 'profile', attributes: { email } } };
      const relationships = { list: { data: { type: 'list', id: list } } };
      const data = { type: 'subscription', attributes: { profile }, relationships };
      return app.until('POST', `/client/subscriptions?company_id=${app.account}`, { data });
    }
    case 'server':
      return app.until(
        'POST',
        '/api/profile-subscription-bulk-create-jobs',
        bulk([{ email, subscriptions: subscribeTo('email.marketing') }], { list }),
      );
  }
};

export const profileOf = async (app: Faulty, email: string) => {
  const [named] = await readIdentifierOwners({ email }, app.context());
  return (await readProfiles(named?.owner ? [named.owner] : [], app.context()))[0];
};

export const noticeOf = (what: 'complain' | 'bounce', email: string, app: Faulty): string => {
  const [recipients, timestamp] = [[{ emailAddress: email }], app.services.now().toISOString()];
  const mail = { messageId: 'm1', tags: { account: [app.account] } };
  const detail =
    what === 'bounce'
      ? { eventType: 'Bounce', mail, bounce: { bounceType: 'Permanent', bouncedRecipients: recipients, timestamp } }
      : { eventType: 'Complaint', mail, complaint: { complainedRecipients: recipients, timestamp } };
  return JSON.stringify({ source: 'aws.ses', 'detail-type': 'Email', detail });
};
