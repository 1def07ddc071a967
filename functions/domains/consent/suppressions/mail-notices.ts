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
 * No more mail goes where mail can't arrive, or where somebody called it spam. A mailbox that is full may be empty
 * tomorrow: it is given up after some bounces.
 */
export const applyMailNotice = async (notice: MailNotice, services: Services): Promise<void> => {
  const { kind, isPermanent, account, addresses, at } = notice;
  const reason = kind === 'bounce' ? 'HARD_BOUNCE' : 'SPAM_COMPLAINT';
  const evidence = { method: kind === 'bounce' ? 'mailbox_provider' : 'spam_complaint' };
  for (const given of addresses) {
    const email = v.safeParse(LegacyEmail, given);
    if (!email.success) continue;
    const address = { kind: 'email', value: email.output } as const;
    // The person is erased, and the notice late or repeated: nobody writes to them, and their address is not to be kept.
    if (await isErased(address, { ...services, account })) continue;
    const because = isPermanent ? evidence : await softly(notice, address, services);
    if (because) await suppress({ address, reason, at, evidence: because }, { ...services, account });
  }
};

const DAY_MS = 86_400_000;
const KEPT_DAYS = 90;
/** As Klaviyo gives up: more than seven. */
const defaults = { count: 8, days: 30 };

/** Counts a bounce that may pass, once however often it is told; what is said of the address where it is one too many. */
const softly = async (
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
  const found = await table.query({ pk: bouncesPk(account, address), after: since, limit: limit.count });
  if (found.length < limit.count) return undefined;
  return { method: 'mailbox_provider', methodDetail: `${limit.count} soft bounces in ${limit.days} days` };
};
