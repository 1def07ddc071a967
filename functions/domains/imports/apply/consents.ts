import type { IdentifierKind } from '../../../model/identity.ts';
import type { Context } from '../../accounts/context.ts';
import { changeConsents } from '../../consent/actions.ts';
import type { Address } from '../../consent/records/consent.ts';
import { addressKind } from '../../consent/requests/request.ts';
import { resolveProfileId } from '../../profiles/actions.ts';
import type { Profile } from '../../profiles/records/profile.ts';
import { redactPersons } from '../names/file-name.ts';
import { nameOf } from '../names/keys.ts';
import type { ParsedRow } from '../rows/parsed-row.ts';
import type { RowConsent } from '../rows/row-consent.ts';
import type { Import } from './application.ts';
import { originOf } from './origin.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'> & Partial<Pick<Context, 'accountSettings'>>;

interface ConsentRow extends Pick<ParsedRow, 'input'> {
  readonly consents: readonly RowConsent[];
}

interface Place {
  readonly job: Import;
  readonly number: number;
  /** Identifiers of the row that belong to another profile. Consent for these addresses belongs to that profile. */
  readonly leftOut: readonly IdentifierKind[];
}

/**
 * Applies the consents of a row. Each belongs to the owner of the row's address for the channel. Returns whether any
 * consent has changed.
 */
export const applyConsents = async (
  { input, consents }: ConsentRow,
  { job, number, leftOut }: Place,
  profile: Profile,
  context: Deps,
): Promise<boolean> => {
  const parts = new Map<Address['kind'] | undefined, RowConsent[]>();
  for (const said of consents) {
    const kind = addressKind(said.channel);
    const place = kind && leftOut.includes(kind) ? kind : undefined;
    parts.set(place, [...(parts.get(place) ?? []), said]);
  }
  let isChanged = false;
  for (const [kind, some] of parts) {
    const value = kind && input.identifiers[kind];
    const address = kind && value ? { kind, value } : undefined;
    const profileId = address ? await ownerOf(address, context) : profile.id;
    const changes = some.map((said) => ({
      ...changeOf(said, { job, number }),
      profileId,
      ...(address && { address }),
    }));
    if ((await changeConsents(changes, context)).includes('applied')) isChanged = true;
  }
  return isChanged;
};

const ownerOf = ({ kind, value }: Address, context: Deps): Promise<string> =>
  resolveProfileId({ identifiers: { [kind]: value }, fields: {} }, { onConflict: 'keep', caller: 'trusted' }, context);

const changeOf = (
  { channel, type, to, at, isWeak, source, basis }: RowConsent,
  { job, number }: Pick<Place, 'job' | 'number'>,
) => ({
  channel,
  type,
  to,
  at: at ?? new Date(job.createdAt),
  isTimeAssumed: at === undefined,
  // A consent without a time may be older than an opt-out.
  isWeak: isWeak || at === undefined,
  // The later of two rows about one person wins.
  order: number,
  evidence: {
    method: 'manual_import',
    source: source ?? redactPersons(nameOf(job.key)),
    ...(basis !== undefined && { basis }),
  },
  entryId: `${originOf(job, number)}:${channel}:${type}`,
});
