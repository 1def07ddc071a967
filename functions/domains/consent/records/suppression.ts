import * as v from 'valibot';
import { Link } from './chain.ts';
import { Address, Evidence } from './consent.ts';

/** Why an address gets no messages, whatever its owners consented to. */
export const SuppressionReason = v.picklist([
  'HARD_BOUNCE',
  'INVALID_EMAIL',
  'SPAM_COMPLAINT',
  'UNSUBSCRIBE',
  'USER_SUPPRESSED',
]);
export type SuppressionReason = v.InferOutput<typeof SuppressionReason>;
export const suppressionReasons = SuppressionReason.options;

/** The suppressions that a new opt-in lifts. Bounces and invalid addresses stay: they say nothing about consent. */
export const reasonsLiftedByOptIn: readonly SuppressionReason[] = ['UNSUBSCRIBE', 'SPAM_COMPLAINT', 'USER_SUPPRESSED'];

/**
 * The suppressions that an opt-in lifts, by its evidence. Only the shop's own server or the owner of the mailbox can
 * lift a complaint or a manual suppression. A file can't, and anybody can fill in a form: it counts only if confirmed
 * from the mailbox.
 */
export const reasonsLiftedBy = ({
  method,
  request,
}: Pick<Evidence, 'method' | 'request'>): readonly SuppressionReason[] =>
  method === 'manual_import' || (method === PUBLIC_FORM && request === undefined)
    ? ['UNSUBSCRIBE']
    : reasonsLiftedByOptIn;

/** The evidence method of forms, which anybody can send in somebody else's name. */
export const PUBLIC_FORM = 'form';

/** Whether a suppression concerns the person, not only the address. */
export const isPersonal = (reason: string): boolean => reasonsLiftedByOptIn.some((one) => one === reason);

const suppressionKey = { account: v.string(), address: Address, reason: SuppressionReason };

/** Exists while the address is suppressed for this reason. */
export const Suppression = v.object({ ...suppressionKey, at: v.string() });
export type Suppression = v.InferOutput<typeof Suppression>;

/** The beginning or end of a suppression. Never updated. */
export const SuppressionEntry = v.object({
  ...suppressionKey,
  id: v.string(),
  to: v.picklist(['SUPPRESSED', 'LIFTED']),
  at: v.string(),
  recordedAt: v.string(),
  evidence: v.optional(Evidence),
  /** Set when the entry is stored. */
  chain: v.optional(Link),
});
export type SuppressionEntry = v.InferOutput<typeof SuppressionEntry>;
