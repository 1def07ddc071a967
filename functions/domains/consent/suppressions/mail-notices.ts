import * as v from 'valibot';
import { LegacyEmail } from '../../../model/identity.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { create } from '../../../platform/table/write.ts';
import type { MailNotice } from '../../../platform/workers/trigger.ts';
import { findAccount } from '../../accounts/actions.ts';
import { isErased } from '../../erased/actions.ts';
import type { Address, Evidence } from '../records/consent.ts';
import { bouncesPk, softBounces } from '../records/store.ts';
import { suppress } from './suppress.ts';

/**
 * Suppresses an address after a permanent bounce or a spam complaint. A full mailbox may be empty tomorrow: soft
 * bounces suppress it only after several.
 */
export const applyMailNotice = async (notice: MailNotice, services: Services): Promise<void> => {
  const { kind, isPermanent, account, addresses, at } = notice;
  const reason = kind === 'bounce' ? 'HARD_BOUNCE' : 'SPAM_COMPLAINT';
  const evidence = { method: kind === 'bounce' ? 'mailbox_provider' : 'spam_complaint' };
  for (const recipient of addresses) {
    const email = v.safeParse(LegacyEmail, recipient);
    if (!email.success) continue;
    const address = { kind: 'email', value: email.output } as const;
    // The person was erased, and the notice is late or repeated: nobody sends mail to them, and their address must not
    // be stored.
    if (await isErased(address, { ...services, account })) continue;
    const cause = isPermanent ? evidence : await countSoftBounce(notice, address, services);
    if (cause) await suppress({ address, reason, at, evidence: cause }, { ...services, account });
  }
};

const DAY_MS = 86_400_000;
const KEPT_DAYS = 90;
/** Like Klaviyo: more than seven. */
const defaults = { count: 8, days: 30 };

/** Counts a soft bounce, once even if reported repeatedly. Returns the evidence for a suppression if it is one too many. */
const countSoftBounce = async (
  { id, isAboutContent, at, account }: MailNotice,
  address: Address,
  services: Services,
): Promise<Evidence | undefined> => {
  const { softBounces: limit = defaults } = (await findAccount(account, services)) ?? {};
  if (limit === 'ignore' || isAboutContent) return undefined;
  const { table } = services;
  const expiresAt = Math.ceil((at.getTime() + KEPT_DAYS * DAY_MS) / 1_000);
  await table.write(create(softBounces, { account, address, id, at: at.toISOString(), expiresAt }));
  const since = new Date(at.getTime() - limit.days * DAY_MS).toISOString();
  const bounces = await table.query({ pk: bouncesPk(account, address), after: since, limit: limit.count });
  if (bounces.length < limit.count) return undefined;
  return { method: 'mailbox_provider', methodDetail: `${limit.count} soft bounces in ${limit.days} days` };
};
