import type { Signals } from '../../model/signals.ts';
import { inParallel } from '../../platform/parallel.ts';
import type { Context } from '../accounts/context.ts';
import { sendDecoyBatchGet, sendDecoyTransaction } from '../profiles/records/decoys.ts';
import { changeConsent, type Deps } from './actions.ts';
import { GPC, optOutOfSharing } from './records/decide.ts';

const PARALLEL = 32;

/** Heeds Global Privacy Control for these profiles. Who has opted out already costs a read. */
export const applyGpc = async (
  said: ReadonlyMap<string, Signals>,
  { ip, userAgent }: Pick<Context, 'ip' | 'userAgent'>,
  context: Deps,
): Promise<void> => {
  const [at, from] = [context.now(), { ...(ip && { ip }), ...(userAgent && { userAgent }) }];
  await inParallel([...said], PARALLEL, ([profileId, signals]) =>
    changeConsent(optOutOfSharing({ profileId, at, evidence: { method: GPC, ...from, signals } }), context),
  );
};

interface OfPublic {
  /** Absent where the person was erased. */
  readonly profileId?: string | undefined;
  readonly signals: Signals;
  /** Whether the table gets the same requests for every person, opted out already or not. */
  readonly covers: boolean;
}

/** The same for the one profile that a public call names. */
export const applyGpcOfPublic = async (
  { profileId, signals, covers }: OfPublic,
  context: Pick<Context, 'ip' | 'userAgent'> & Deps,
): Promise<void> => {
  const { ip, userAgent } = context;
  const evidence = { method: GPC, ...(ip && { ip }), ...(userAgent && { userAgent }), signals };
  if (profileId === undefined && covers) await sendDecoyBatchGet(context);
  const outcome =
    profileId === undefined
      ? 'already'
      : await changeConsent(optOutOfSharing({ profileId, at: context.now(), evidence }), context);
  if (outcome !== 'applied' && covers) await sendDecoyTransaction(context);
};
