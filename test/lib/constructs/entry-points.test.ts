import { expect, test } from 'vitest';
import { changeQueuesOf, messageQueuesOf } from '../../../functions/platform/service/queues.ts';
import type { Domain } from '../../../functions/platform/service/service.ts';
import { domains } from '../../../functions/services.ts';

const needed = (domain: Domain): string[] => [
  ...(Object.keys(domain.routes).length > 0 ? ['http'] : []),
  ...(messageQueuesOf(domain).length > 0 ? ['queue', 'exhausted'] : []),
  ...(changeQueuesOf(domain).length > 0 ? ['change'] : []),
  ...(domain.readsStream ? ['stream'] : []),
];

test.each(domains)('the module that $name is deployed as has every handler that its functions name', async (domain) => {
  const handlers: Readonly<Record<string, unknown>> = await import(`../../../functions/services/${domain.name}.ts`);
  for (const name of needed(domain)) expect(handlers[name], name).toBeTypeOf('function');
});
