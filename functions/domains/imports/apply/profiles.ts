import { inParallel } from '../../../platform/parallel.ts';
import { type UpsertAnswer, upsertMany } from '../../profiles/upsert-many.ts';
import type { ProfileRow } from '../rows/profile-row.ts';
import type { RowConsent } from '../rows/row-consent.ts';
import type { Application, Deps, SoundUnit } from './application.ts';
import { type Applied, orRefused, refused } from './applied.ts';
import { applyConsents } from './consents.ts';
import { type AppliedRow, joinList } from './join-list.ts';
import { type NumberedRow, passesOf, withAnswers } from './row-groups.ts';
import { applySuppressions } from './suppressions.ts';

const PARALLEL = 24;

/** Applies rows of people, pass by pass. */
export const applyProfiles = async (
  units: readonly SoundUnit<ProfileRow>[],
  application: Application,
  deps: Deps,
): Promise<void> => {
  for (const { groups, rows } of await passesOf(units, deps))
    await application.record(withAnswers(groups, await applyRows(rows, application, deps)));
};

/** Applies rows about as many people. Each answers what it answered first when the same row of the same job comes again. */
const applyRows = async (
  rows: readonly NumberedRow<ProfileRow>[],
  { job, processed, repeats }: Application,
  deps: Deps,
): Promise<Applied[]> => {
  const answers = await upsertMany(
    rows.map(({ row, number, named }) => ({
      input: row.input,
      named,
      rules: {
        onConflict: 'refuse',
        caller: 'trusted',
        row: { job: job.id, row: number, settled: processed, repeats: repeats(number) },
      },
    })),
    deps,
  );
  const applied = await inParallel(rows, PARALLEL, (row, i) => {
    const answer = answers[i];
    if (!answer) throw new Error('Every row has an answer.');
    return afterUpsert(row, answer, job, deps);
  });
  return joinList(applied, job, deps);
};

/** Applies what a row says of consent and suppressions, once its profile is there. */
const afterUpsert = async (
  { row, number }: NumberedRow<ProfileRow>,
  answer: UpsertAnswer,
  job: Application['job'],
  deps: Deps,
): Promise<AppliedRow> => {
  if ('error' in answer) return { applied: refused(answer.error), profileId: '', number };
  const { profile, outcome, leftOut = [] } = answer;
  const withLeftOut = leftOut.length > 0 ? { leftOut } : {};
  if (row.consents.length === 0 && row.suppressions.length === 0)
    return { applied: { outcome, ...withLeftOut }, profileId: profile.id, number };
  const applied = await orRefused(async () => {
    const hasConsented = await applyConsents(row, { job, number, leftOut }, profile, deps);
    // After the consents: an opt-in lifts suppressions, and those of its own row hold against it.
    const isSuppressed = await applySuppressions(row.suppressions, { job, row: number }, deps);
    const isChanged = hasConsented || isSuppressed;
    return { outcome: outcome === 'unchanged' && isChanged ? 'updated' : outcome, ...withLeftOut };
  });
  return { applied, profileId: profile.id, number, consentedAt: subscribedAt(row.consents) };
};

/** When a row says for certain that its person subscribed. */
const subscribedAt = (consents: readonly RowConsent[]): Date | undefined => {
  const times = consents.flatMap(({ to, at, isWeak }) => (to === 'SUBSCRIBED' && at && !isWeak ? at.getTime() : []));
  return times.length > 0 ? new Date(Math.max(...times)) : undefined;
};
