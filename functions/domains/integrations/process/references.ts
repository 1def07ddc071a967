import { expiryAfterDays } from '../../../platform/table/ttl.ts';
import { put, update } from '../../../platform/table/write.ts';
import type { HookReference } from '../records/integration.ts';
import { hookReferences } from '../records/store.ts';
import type { ProcessContext } from './context.ts';

/** Refunds come within weeks. An older state than half a year comes from nowhere. */
const KEPT_DAYS = 180;

const keyOf = (object: string, { account, integration }: ProcessContext) => ({
  account,
  integrationId: integration.id,
  object,
});

export const findReference = (object: string, context: ProcessContext): Promise<HookReference | undefined> =>
  context.table.get(hookReferences, keyOf(object, context));

/** Remembers whose an order is: its refunds and shipments do not say. */
export const rememberOwner = async (object: string, profileId: string, context: ProcessContext): Promise<void> => {
  const expiresAt = expiryAfterDays(context.now(), KEPT_DAYS);
  await context.table.write(put(hookReferences, { ...keyOf(object, context), profileId, expiresAt }));
};

/**
 * Whether a state is the newest of its object, which it is from here on. The same state again is the newest too: its
 * first processing may have been killed.
 */
export const claimNewest = async (object: string, at: Date, context: ProcessContext): Promise<boolean> => {
  const key = keyOf(object, context);
  const time = at.toISOString();
  const { done } = await context.table.write(
    update(hookReferences, key, {
      upsert: true,
      set: { ...key, at: time, expiresAt: expiryAfterDays(context.now(), KEPT_DAYS) },
      condition: {
        any: [
          { attribute: 'at', is: 'missing' },
          { attribute: 'at', is: '<=', value: time },
        ],
      },
    }),
  );
  return done;
};
