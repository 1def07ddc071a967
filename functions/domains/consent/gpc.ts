import type { Signals } from '../../model/signals.ts';
import { inParallel } from '../../platform/parallel.ts';
import type { Context } from '../accounts/context.ts';
import { sendDecoyBatchGet, sendDecoyTransaction } from '../profiles/records/decoys.ts';
import { changeConsent, type Deps } from './actions.ts';
import { GPC, optOutOfSharing } from './records/decide.ts';

const PARALLEL = 32;

/** Applies Global Privacy Control to these profiles. A profile that has already opted out costs one read. */
export const applyGpc = async (
  signalsByProfile: ReadonlyMap<string, Signals>,
  { ip, userAgent }: Pick<Context, 'ip' | 'userAgent'>,
  context: Deps,
): Promise<void> => {
  const [at, from] = [context.now(), { ...(ip && { ip }), ...(userAgent && { userAgent }) }];
  await inParallel([...signalsByProfile], PARALLEL, ([profileId, signals]) =>
    changeConsent(optOutOfSharing({ profileId, at, evidence: { method: GPC, ...from, signals } }), context),
  );
};

interface PublicGpc {
  /** Undefined for an erased person. */
  readonly profileId?: string | undefined;
  readonly signals: Signals;
  /** Whether the table gets the same requests for every person, opted out or not. */
  readonly sendsDecoys: boolean;
}

/** Applies Global Privacy Control to the profile that a public call names. */
export const applyPublicGpc = async (
  { profileId, signals, sendsDecoys }: PublicGpc,
  context: Pick<Context, 'ip' | 'userAgent'> & Deps,
): Promise<void> => {
  const { ip, userAgent } = context;
  const evidence = { method: GPC, ...(ip && { ip }), ...(userAgent && { userAgent }), signals };
  if (profileId === undefined && sendsDecoys) await sendDecoyBatchGet(context);
  const outcome =
    profileId === undefined
      ? 'already'
      : await changeConsent(optOutOfSharing({ profileId, at: context.now(), evidence }), context);
  if (outcome !== 'applied' && sendsDecoys) await sendDecoyTransaction(context);
};
