import type { Context } from '../context.ts';
import { inParallel } from '../parallel.ts';
import { changeConsent, type Reach } from './actions.ts';
import { GPC, optOutOfSharing } from './decide.ts';
import type { Signals } from './signals.ts';

const PARALLEL = 32;

/** Heeds Global Privacy Control for these profiles. Who has opted out already costs a read. */
export const heedGpc = async (
  said: ReadonlyMap<string, Signals>,
  { ip, userAgent }: Pick<Context, 'ip' | 'userAgent'>,
  context: Reach,
): Promise<void> => {
  const [at, from] = [context.now(), { ...(ip && { ip }), ...(userAgent && { userAgent }) }];
  await inParallel([...said], PARALLEL, ([profileId, signals]) =>
    changeConsent(optOutOfSharing({ profileId, at, evidence: { method: GPC, ...from, signals } }), context),
  );
};
