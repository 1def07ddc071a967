import { changeConsents } from '../../consent/actions.ts';
import type { Address } from '../../consent/records/consent.ts';
import { isErasedError } from '../../erased/actions.ts';
import { resolveProfileId } from '../../profiles/actions.ts';
import type { ProfileInput } from '../../profiles/records/profile.ts';
import { readIdentifierOwners } from '../../profiles/records/resolve.ts';
import type { HookConsent } from '../source/source.ts';
import { type ProcessContext, UnknownObjectError } from './context.ts';
import { identifiersOf } from './persons.ts';

/** Applies the consents of a delivery, by the time at which they were given or withdrawn. */
export const applyHookConsents = async (consents: readonly HookConsent[], context: ProcessContext): Promise<void> => {
  for (const consent of consents) await applyConsent(consent, context);
};

const applyConsent = async (consent: HookConsent, context: ProcessContext): Promise<void> => {
  const { channel, to, isDoubleOptIn, at } = consent;
  const identifiers = identifiersOf(consent.person, context.integration, context.accountSettings);
  const address = addressOf(channel, identifiers);
  const profileId = await ownerOf(identifiers, address, context);
  if (profileId === undefined) return;
  const time = at ?? context.delivery.receivedAt;
  const change = {
    profileId,
    channel,
    type: 'marketing',
    to,
    at: time,
    evidence: evidenceOf(consent, context),
    entryId: entryIdOf(consent, time, identifiers, context),
    ...(address && { address }),
    // A consent without a time may be older than an opt-out.
    ...(!at && { isTimeAssumed: true, isWeak: true }),
    ...(isDoubleOptIn && { isDoubleOptIn }),
  } as const;
  await changeConsents([change], context);
};

const addressOf = (channel: HookConsent['channel'], identifiers: ProfileInput['identifiers']): Address | undefined => {
  const kind = channel === 'email' ? 'email' : 'phone_number';
  const value = identifiers[kind];
  return value ? { kind, value } : undefined;
};

/** Consent belongs to the owner of the address. A payload without an address names a customer who is known already. */
const ownerOf = async (
  identifiers: ProfileInput['identifiers'],
  address: Address | undefined,
  context: ProcessContext,
): Promise<string | undefined> => {
  if (!address) {
    const [owner] = await readIdentifierOwners(identifiers, context);
    if (owner?.owner === undefined) throw new UnknownObjectError('The customer of this consent is unknown.');
    return owner.owner;
  }
  try {
    const input = { identifiers: { [address.kind]: address.value }, fields: {} };
    return await resolveProfileId(input, { onConflict: 'keep', caller: 'trusted' }, context);
  } catch (error) {
    if (isErasedError(error)) return undefined;
    throw error;
  }
};

/** The delivery is the evidence. */
const evidenceOf = ({ collectedFrom }: HookConsent, { integration, delivery }: ProcessContext) => ({
  method: 'integration',
  methodDetail: `${integration.source} ${delivery.topic}`,
  source: `${integration.name}${collectedFrom ? ` (${collectedFrom})` : ''}, delivery ${delivery.id} to ${integration.id}`,
});

/** The same statement comes in the payloads of several topics, and is one entry. */
const entryIdOf = (
  { channel, to }: HookConsent,
  time: Date,
  identifiers: ProfileInput['identifiers'],
  { integration }: ProcessContext,
): string => {
  const customer = identifiers.anonymous_id ?? identifiers.email ?? identifiers.phone_number ?? '';
  return `hook:${integration.id}:${customer}:${channel}:${to}:${time.toISOString()}`;
};
