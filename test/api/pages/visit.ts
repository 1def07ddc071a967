import * as v from 'valibot';
import { changeAccount } from '../../../functions/domains/accounts/actions.ts';
import type { Context } from '../../../functions/domains/accounts/context.ts';
import { CONFIRMATION_MAIL } from '../../../functions/domains/consent/opt-in/mail.ts';
import { processAcceptedSubscription } from '../../../functions/domains/consent/opt-in/public-subscription.ts';
import type { Account } from '../../../functions/model/account.ts';
import { openMail } from '../../../functions/platform/mail/mail.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import { consent } from '../../../functions/services/consent.ts';
import { localSender, verifySender } from '../../../lib/local/ministack/mail-sender.ts';
import { listSentMail } from '../../../lib/local/ministack/sent-mail.ts';
import { clientConfig } from '../../../lib/process/environment.ts';
import { startApp } from '../../support/app.ts';
import { tableEndpoint } from '../../support/table.ts';

const Own = v.looseObject({ kind: v.string() });
const Accepted = v.object({ kind: v.literal(CONFIRMATION_MAIL), account: v.string(), id: v.string() });

/** The consent domain with a sender whose mails are caught, and a queue that delivers on demand. */
export const startPages = async (settings: Partial<Account> = {}, others: Partial<Services> = {}) => {
  const sent: object[] = [];
  // Accepted work is done immediately; mails go out on delivery.
  const queue = () => ({
    send: async (message: object) => {
      sent.push(message);
      const accepted = v.safeParse(Accepted, message);
      if (accepted.success) await processAcceptedSubscription(accepted.output, app.services);
    },
  });
  await verifySender(tableEndpoint());
  const mail = openMail({ from: localSender }, clientConfig(tableEndpoint()));
  const app = await startApp(consent, { lists: ['news'], services: { queue, mail, ...others } });
  if (Object.keys(settings).length > 0) await changeAccount(app.account, settings, app.services);
  const deliver = async (messages: readonly object[] = sent.splice(0), others: Partial<Services> = {}) => {
    for (const message of messages) {
      const { kind } = v.parse(Own, message);
      const trigger = consent.triggers.find((one) => one.on === 'message' && one.kind === kind);
      if (trigger?.on === 'message')
        await trigger.handle(message, { ...app.services, ...others }, { remainingMs: () => 60_000 });
    }
  };
  const form = (
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ) =>
    app.send('POST', path, `${new URLSearchParams(fields)}`, {
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    });
  const mailsTo = async (address: string) =>
    (await listSentMail(tableEndpoint())).filter(({ To }) => To.includes(address));
  return { ...app, mail, sent, deliver, form, mailsTo, context: (): Context => ({ ...app.context(), queue, mail }) };
};

/** The path of the first link to such a page. */
export const linkIn = (text: string, kind: string): string =>
  new RegExp(`https?://[^/]+(/pages/${kind}/[^\\s"<]+)`).exec(text)?.[1] ?? '';
