import type { Services } from '../../../functions/platform/resources/services.ts';

/** Services that stop with one of their calls, before it or after it had its effect. */
export const killedAt = (services: Services, call: number, isAfter: boolean) => {
  let calls = 0;
  const wrap = <Client extends object>(client: Client): Client =>
    new Proxy(client, {
      get: (target, name) => {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          calls += 1;
          const isLast = calls >= call;
          if (isLast && !isAfter) throw new Error('killed');
          const result = await value.apply(target, args);
          if (isLast) throw new Error('killed');
          return result;
        };
      },
    });
  return {
    services: { ...services, table: wrap(services.table), imports: () => wrap(services.imports()) },
    calls: () => calls,
  };
};
