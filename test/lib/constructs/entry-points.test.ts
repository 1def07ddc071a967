import { expect, test } from 'vitest';
import { changeQueuesOf, messageQueuesOf } from '../../../functions/platform/service/queues.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { allServices } from '../../../functions/services.ts';

const needed = (service: ServiceDeclaration): string[] => [
  ...(Object.keys(service.routes).length > 0 ? ['http'] : []),
  ...(messageQueuesOf(service).length > 0 ? ['queue', 'exhausted'] : []),
  ...(changeQueuesOf(service).length > 0 ? ['change'] : []),
  ...(service.readsStream ? ['stream'] : []),
];

test.each(allServices)('the deployed module of $name has every handler of its functions', async (service) => {
  const handlers: Readonly<Record<string, unknown>> = await import(`../../../functions/services/${service.name}.ts`);
  for (const name of needed(service)) expect(handlers[name], name).toBeTypeOf('function');
});
