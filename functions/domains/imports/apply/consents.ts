import type { IdentifierKind } from '../../../model/identity.ts';
import { inParallel } from '../../../platform/parallel.ts';
import type { Context } from '../../accounts/context.ts';
import { changeConsents } from '../../consent/actions.ts';
import { changeConsentsOfMany } from '../../consent/change-many.ts';
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
import { catchRefusal, type FailedResult, failedResult } from './outcome.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'> & Partial<Pick<Context, 'accountSettings'>>;

/** A row with consents, whose profile has been stored. */
export interface ConsentRow {
  readonly row: Pick<ParsedRow, 'input'> & { readonly consents: readonly RowConsent[] };
  readonly number: number;
  readonly profile: Profile;
  /** The row has just created the profile. */
  readonly isNew: boolean;
  /** Identifiers of the row that belong to another profile. Consent for these addresses belongs to that profile. */
  readonly leftOut: readonly IdentifierKind[];
}

/** Whether any consent of the row has changed, or why it failed. */
export type ConsentResult = { readonly isChanged: boolean } | FailedResult;

const PARALLEL = 24;

/** Applies the consents of rows, each about another person, with few requests. */
export const applyConsents = async (
  rows: readonly ConsentRow[],
  job: Import,
  context: Deps,
): Promise<ReadonlyMap<ConsentRow, ConsentResult>> => {
  const results = new Map<ConsentRow, ConsentResult>();
  const ofOneProfile = rows.filter(({ leftOut }) => leftOut.length === 0);
  const answers = await changeConsentsOfMany(
    ofOneProfile.map(({ row, number, profile, isNew }) => ({
      profile,
      isNew,
      changes: row.consents.map((said) => ({ ...changeOf(said, { job, number }), profileId: profile.id })),
    })),
    context,
  );
  for (const [i, row] of ofOneProfile.entries()) {
    const answer = answers[i];
    if (!answer) throw new Error('Every row has an answer.');
    results.set(
      row,
      'error' in answer ? failedResult(answer.error) : { isChanged: answer.outcomes.includes('applied') },
    );
  }
  const divided = rows.filter(({ leftOut }) => leftOut.length > 0);
  await inParallel(divided, PARALLEL, async (row) => {
    results.set(row, await catchRefusal(async () => ({ isChanged: await applyToOwners(row, job, context) })));
  });
  return results;
};

/** Applies the consents of a row that names several people. Each belongs to the owner of the row's address. */
const applyToOwners = async (
  { row: { input, consents }, number, profile, leftOut }: ConsentRow,
  job: Import,
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
  { job, number }: { readonly job: Import; readonly number: number },
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
