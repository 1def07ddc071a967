import type { ChangeTrigger } from '../../../functions/platform/changes/trigger.ts';
import type { QueueDeclaration } from '../../../functions/platform/service/queues.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import type { synthesize } from '../templates.ts';

/** A change trigger that does nothing. */
export const trigger = (more: Partial<ChangeTrigger> = {}): ChangeTrigger => ({
  on: 'change',
  images: 'both',
  handle: async () => [],
  ...more,
});
/** A service with these change triggers. */
export const consuming = (
  name: string,
  triggers: readonly ChangeTrigger[],
  queues?: readonly QueueDeclaration[],
): ServiceDeclaration => ({
  name,
  routes: {},
  triggers,
  uses: [],
  ...(queues && { queues }),
});
export const mappingsOf = (all: ReturnType<typeof synthesize>) =>
  all.ofType('AWS::Lambda::EventSourceMapping').map(({ properties }) => properties);
