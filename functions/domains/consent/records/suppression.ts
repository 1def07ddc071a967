import * as v from 'valibot';
import { Link } from './chain.ts';
import { Address, Evidence } from './consent.ts';

/** Why an address is not written to, whatever its owners consented to. */
export const SuppressionReason = v.picklist([
  'HARD_BOUNCE',
  'INVALID_EMAIL',
  'SPAM_COMPLAINT',
  'UNSUBSCRIBE',
  'USER_SUPPRESSED',
]);
export type SuppressionReason = v.InferOutput<typeof SuppressionReason>;
export const suppressionReasons = SuppressionReason.options;

/** What a new opt-in ends. That mail can't be delivered is no matter of consent, so bounces and invalid addresses stay. */
export const liftedByOptIn: readonly SuppressionReason[] = ['UNSUBSCRIBE', 'SPAM_COMPLAINT', 'USER_SUPPRESSED'];

/**
 * What an opt-in lifts, by its evidence. A complaint, or the wish not to be written to, is settled by the shop's own
 * server or by the owner of the mailbox. A file can't tell that, and anybody can fill in a form: a form proves who
 * sent it only where the opt-in was confirmed from the mailbox.
 */
export const liftedBy = ({ method, request }: Pick<Evidence, 'method' | 'request'>): readonly SuppressionReason[] =>
  method === 'manual_import' || (method === PUBLIC_FORM && request === undefined) ? ['UNSUBSCRIBE'] : liftedByOptIn;

/** The method of what anybody can send in somebody's name. */
export const PUBLIC_FORM = 'form';

/** Whether a suppression was meant for the person, whatever address it was said of. */
export const isOfPerson = (reason: string): boolean => liftedByOptIn.some((one) => one === reason);

const of = { account: v.string(), address: Address, reason: SuppressionReason };

/** There while the address is suppressed for this reason. */
export const Suppression = v.object({ ...of, at: v.string() });
export type Suppression = v.InferOutput<typeof Suppression>;

/** One beginning or end of a suppression. Never updated. */
export const SuppressionEntry = v.object({
  ...of,
  id: v.string(),
  to: v.picklist(['SUPPRESSED', 'LIFTED']),
  at: v.string(),
  recordedAt: v.string(),
  evidence: v.optional(Evidence),
  /** Given when it is stored. */
  chain: v.optional(Link),
});
export type SuppressionEntry = v.InferOutput<typeof SuppressionEntry>;
