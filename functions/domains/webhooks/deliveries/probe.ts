import type { Services } from '../../../platform/resources/services.ts';
import { put, remove } from '../../../platform/table/write.ts';
import { probes } from './records/store.ts';
import type { EndpointId } from './wake.ts';

/** Longer than a request to a receiver takes, with the reads before it. */
const PROBE_MS = 10_000;
const MAX_WAIT_MS = 10_000;

/**
 * Lets one receiver that failed be tried out at a time, so that dead receivers do not keep the functions that others
 * need. Returns when to come again if another one is tried out now. At random, so that all get their turn.
 */
export const acquireProbe = async (
  { account, webhookId }: EndpointId,
  { table, now }: Pick<Services, 'table' | 'now'>,
): Promise<string | undefined> => {
  const nowMs = now().getTime();
  const at = (ms: number): string => new Date(nowMs + ms).toISOString();
  const condition = {
    any: [
      { attribute: 'webhookId', is: 'missing' },
      { attribute: 'webhookId', is: '=', value: webhookId },
      { attribute: 'busyUntil', is: '<', value: at(0) },
    ],
  } as const;
  const { done } = await table.write(put(probes, { account, webhookId, busyUntil: at(PROBE_MS) }, condition));
  return done ? undefined : at(Math.random() * MAX_WAIT_MS);
};

export const releaseProbe = async (
  { account, webhookId }: EndpointId,
  { table }: Pick<Services, 'table'>,
): Promise<void> => {
  await table.write(remove(probes, { account }, { attribute: 'webhookId', is: '=', value: webhookId }));
};
