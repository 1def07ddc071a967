import * as v from 'valibot';
import { settingsOf } from '../accounts/actions.ts';
import type { Services } from '../context.ts';
import { isErased } from '../erased/actions.ts';
import { Email } from '../profiles/identity.ts';
import type { MailNotice } from '../triggers/trigger.ts';
import { suppress } from './suppress.ts';

/** No more mail goes where mail can't arrive, or where somebody called it spam. A mailbox that is full may be empty tomorrow. */
export const heedNotice = async (notice: MailNotice, services: Services): Promise<void> => {
  const { kind, isPermanent, account, addresses, at } = notice;
  if (!isPermanent) return;
  const reason = kind === 'bounce' ? 'HARD_BOUNCE' : 'SPAM_COMPLAINT';
  const evidence = { method: kind === 'bounce' ? 'mailbox_provider' : 'spam_complaint' };
  const settings = await settingsOf(account, services);
  for (const address of addresses) {
    const email = v.safeParse(Email, address);
    if (!email.success) continue;
    const named = { kind: 'email', value: email.output } as const;
    // Who was erased is written to by nobody, and their address is not to be kept.
    if (await isErased(named, { ...services, ...settings, account })) continue;
    await suppress({ address: named, reason, at, evidence }, { ...services, account });
  }
};
