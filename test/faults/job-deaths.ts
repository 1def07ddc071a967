import { expect } from 'vitest';
import type { AnyJob } from '../../functions/platform/jobs/job.ts';
import type { Services } from '../../functions/platform/resources/services.ts';
import { MAX_RECEIVES } from '../../functions/platform/workers/trigger.ts';
import type { World } from '../support/redrive.ts';

export const DEADLINE = { remainingMs: () => 900_000 };

export const hourLater = (world: World, hours = 1): void =>
  world.at(new Date(world.services.now().getTime() + hours * 3_600_000).toISOString());

/** All of its requests to the table fail from one call on, also the release of its lease. */
const dying = ({ table, ...services }: Services, calls: number): Services => {
  let left = calls;
  const dead = new Proxy(table, {
    get: (target, name, receiver) => {
      const method = Reflect.get(target, name, receiver);
      if (typeof method !== 'function') return method;
      return (...given: unknown[]) => {
        if (--left < 0) throw new Error('died');
        return method(...given);
      };
    },
  });
  return { ...services, table: dead };
};

/** Reads the job, and acquires the lease. */
const BEGUN = 2;

/** The ways in which the worker of a job dies until its message is given up. */
export const deaths: Readonly<Record<string, (world: World, job: AnyJob, message: object) => Promise<void>>> = {
  'is killed at each delivery': (world) => world.killWorkers(),

  'dies at its work at each delivery': async (world) => {
    for (let receives = 0; await world.deliver(dying(world.services, BEGUN)); receives++) {
      expect(receives).toBeLessThan(MAX_RECEIVES);
      hourLater(world);
    }
  },

  'dies at its work however many messages ask for it': async (world, job, message) => {
    for (let runs = 0; runs < job.maxStarts; runs++) {
      const ran = job.handle(message, dying(world.services, BEGUN), DEADLINE);
      await expect(ran).rejects.toThrow('died');
      hourLater(world);
    }
    await job.handle(message, world.services, DEADLINE);
  },
};
