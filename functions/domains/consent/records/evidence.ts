import { readSignals, type Signals } from '../../../model/signals.ts';
import type { Context } from '../../accounts/context.ts';
import type { Evidence } from './consent.ts';

type EvidenceFields = {
  readonly [name in 'custom_source' | 'wording' | 'wording_version']?: string | null | undefined;
} & {
  readonly signals?: Parameters<typeof readSignals>[0];
};

/** The evidence of a request with a key. */
export const evidenceFrom = (
  { caller, ip, userAgent, hasGpc }: Pick<Context, 'caller' | 'ip' | 'userAgent' | 'hasGpc'>,
  { custom_source: source, wording, wording_version: wordingVersion, signals }: EvidenceFields = {},
): Evidence => ({
  method: 'api',
  ...(caller.kind === 'key' && { methodDetail: caller.lastFour, keyId: caller.keyId }),
  ...(source && { source }),
  ...(wording && { wording }),
  ...(wordingVersion && { wordingVersion }),
  ...(ip && { ip }),
  ...(userAgent && { userAgent }),
  ...withSignals(readSignals(signals, { caller, hasGpc })),
});

export const withSignals = (signals: Signals | undefined): Pick<Evidence, 'signals'> => (signals ? { signals } : {});
