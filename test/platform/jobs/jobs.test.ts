import * as v from 'valibot';
import { expect, test } from 'vitest';
import { defineJob } from '../../../functions/platform/jobs/define.ts';
import type { JobDeclaration, Outcome } from '../../../functions/platform/jobs/job.ts';
import type { JobContext, Run } from '../../../functions/platform/jobs/run.ts';
import { type JobId, jobFields, jobState, newJob } from '../../../functions/platform/jobs/state.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { check } from '../../../functions/platform/table/write.ts';
import { startApp } from '../../support/app.ts';

const Count = v.object({ ...jobFields, expiresAt: v.number(), done: v.number() });
type Count = v.InferOutput<typeof Count>;

const nothing: ServiceDeclaration = { name: 'nothing', routes: {}, triggers: [], uses: [] };
const DEADLINE = { remainingMs: () => 900_000 };

type During = (run: Run<Count>, context: JobContext) => Promise<Outcome<Count> | undefined>;

/** A kind of job, declared as by a newcomer, that counts to five; `during` runs at each count. */
const start = async (
  during: During = async () => undefined,
  more: Partial<Pick<JobDeclaration<Count, JobId>, 'beforeEnd' | 'onFail' | 'partsLeasedForMs' | 'retryable'>> = {},
) => {
  const counting = defineJob({
    ...more,
    name: 'count',
    state: jobState('count', Count),
    async step(run, context) {
      const done = run.job.done + 1;
      return (await during(run, context)) ?? { kind: done === 5 ? 'complete' : 'next', set: { done } };
    },
  });
  const sent: { readonly body: object; readonly delay: unknown }[] = [];
  const queue = () => ({ send: async (body: object, delay: unknown = 0) => void sent.push({ body, delay }) });
  const app = await startApp(nothing, { services: { queue } });
  const services: Services = { ...app.services, queue };
  const job = await counting.start({ ...newJob({ ...services, account: 'a' }, 30), done: 0 }, services);
  sent.length = 0;
  return {
    ...app,
    services,
    counting,
    sent,
    job,
    read: () => counting.get(job, services),
    run: (deadline = DEADLINE) => counting.handle({ account: 'a', id: job.id }, services, deadline),
  };
};

test('a new kind of job needs only its schema and a step', async () => {
  const { run, read, sent, counting, services } = await start();
  await run();
  expect(await read()).toMatchObject({ status: 'complete', done: 5, startedAt: expect.any(String) });
  expect(await read()).not.toHaveProperty('lease');
  expect(await read()).not.toHaveProperty('starts');
  expect(sent).toEqual([]);
  const listing = { partitions: ['A#a#JOBS#count'], descending: true, size: 10 };
  expect((await counting.list(listing, services)).items).toEqual([await read()]);
});

test('a run with little time hands over after its checkpoint, and the next continues at once', async () => {
  const { run, read, sent, job } = await start();
  for (const done of [1, 2]) {
    await run({ remainingMs: () => 1_000 });
    expect(await read()).toMatchObject({ status: 'processing', done });
    expect(sent.splice(0)).toEqual([{ body: { kind: 'count', account: 'a', id: job.id }, delay: 0 }]);
  }
  await run();
  expect(await read()).toMatchObject({ status: 'complete', done: 5 });
});

test('a second run waits while another holds the lease, no longer than for its end', async () => {
  const waits: unknown[] = [];
  const world = await start(async () => {
    if (waits.length > 0) return;
    let message: object = { account: 'a', id: world.job.id };
    for (let asked = 0; asked < 4; asked++) {
      await world.counting.handle(message, world.services, DEADLINE);
      const [next] = world.sent.splice(0);
      waits.push(next?.delay);
      message = next?.body ?? {};
    }
  });
  await world.run();
  expect(waits).toEqual([20, 60, 60, 60]);
  expect(await world.read()).toMatchObject({ status: 'complete', done: 5 });
});

test('the work of a worker that was killed is taken over when its lease ends, within two minutes', async () => {
  const isResumed: boolean[] = [];
  const killed = Promise.withResolvers<void>();
  const world = await start(async (run) => {
    isResumed.push(run.isResumed);
    if (isResumed.length > 3) return undefined;
    if (isResumed.length === 3) killed.resolve();
    return isResumed.length === 3 ? new Promise(() => undefined) : undefined;
  });
  void world.run();
  await killed.promise;
  world.at(new Date(world.services.now().getTime() + 50_000).toISOString());
  await world.run();
  expect(world.sent.splice(0)).toMatchObject([{ delay: expect.toBeOneOf([9, 10]) }]);
  expect(await world.read()).toMatchObject({ done: 2 });
  world.at(new Date(world.services.now().getTime() + 11_000).toISOString());
  await world.run();
  expect(await world.read()).toMatchObject({ status: 'complete', done: 5 });
  expect(isResumed).toEqual([false, false, false, true, true, true]);
});

test('a run that lost its lease to another writes nothing more', async () => {
  let isFirst = true;
  const world = await start(async ({ job }) => {
    if (job.done !== 2 || !isFirst) return;
    isFirst = false;
    world.at(new Date(world.services.now().getTime() + 1_000_000).toISOString());
    await world.run({ remainingMs: () => 1_000 });
    expect(await world.read()).toMatchObject({ done: 3 });
  });
  await world.run();
  expect(await world.read()).toMatchObject({ status: 'processing', done: 3 });
});

test('a run with an outdated read of the job cannot take it', async () => {
  const world = await start();
  const stale = await world.read();
  await world.run({ remainingMs: () => 1_000 });
  const table = { ...world.services.table, get: async () => stale as never };
  await world.counting.handle({ account: 'a', id: world.job.id }, { ...world.services, table }, DEADLINE);
  expect(await world.read()).toMatchObject({ done: 1 });
});

test('a job cancelled during a run stays cancelled', async () => {
  const world = await start(async ({ job }, context) => {
    if (job.done === 2) expect(await world.counting.cancel(job, context)).toBe(true);
  });
  await world.run();
  expect(await world.read()).toMatchObject({ status: 'cancelled', done: 2 });
  expect(await world.counting.cancel(await world.read(), world.services)).toBe(false);
  await expect(world.counting.retry(await world.read(), world.services)).rejects.toThrow('cancelled');
});

test('a job fails when its message is given up, and a retry continues after its checkpoint', async () => {
  let isHopeless = true;
  const { counting, read, run, services } = await start(async (run) => {
    if (run.job.done === 3 && isHopeless) throw new TypeError('no');
    return undefined;
  });
  await expect(run()).rejects.toThrow('no');
  expect(await read()).toMatchObject({ status: 'processing', done: 3, lastError: 'TypeError' });
  expect(await counting.fail(await read(), 'Because.', services)).toBe('failed');
  expect(await counting.fail(await read(), 'Because.', services)).toBe('over');
  expect(await read()).toMatchObject({ status: 'failed', error: 'Because.', done: 3 });
  isHopeless = false;
  await counting.retry(await read(), services);
  await run();
  expect(await read()).toMatchObject({ status: 'complete', done: 5 });
  expect(await read()).not.toHaveProperty('error');
});

test('a job is delayed by a throttled table, and does not fail', async () => {
  let isThrottled = true;
  const world = await start(async () => {
    if (isThrottled) throw Object.assign(new Error('away'), { isThrottled });
    return undefined;
  });
  for (let runs = 0; runs < 30; runs++) await world.run();
  expect(world.sent).toHaveLength(30);
  for (const { delay } of world.sent) expect(Number(delay)).toBeGreaterThanOrEqual(30);
  isThrottled = false;
  await world.run();
  expect(await world.read()).toMatchObject({ status: 'complete' });
});

test('`beforeEnd` runs before a failure too, and again if the end was not stored', async () => {
  const statuses: unknown[] = [];
  const beforeEnd = async ({ status }: Count) => {
    statuses.push(status);
    if (statuses.length === 1) throw new TypeError('no');
    return { set: { done: 99 } };
  };
  const world = await start(undefined, { beforeEnd });
  await expect(world.run()).rejects.toThrow('no');
  expect(await world.read()).toMatchObject({ status: 'processing', done: 4 });
  expect(await world.counting.fail(await world.read(), 'Because.', world.services)).toBe('failed');
  expect(await world.read()).toMatchObject({ status: 'failed', error: 'Because.', done: 99 });
  expect(statuses).toEqual(['complete', 'failed']);
});

test('the action after a rest runs without the lease', async () => {
  const leases: unknown[] = [];
  const world = await start(async ({ job }) =>
    job.done < 2 ? undefined : { kind: 'rest', andThen: async () => void leases.push((await world.read()).leaseUntil) },
  );
  await world.run();
  expect(leases).toEqual([undefined]);
  expect(await world.read()).toMatchObject({ status: 'processing', done: 2 });
});

test('a run whose transaction fails on another item releases the job at once', async () => {
  const isStopped = check(jobState('count', Count).entity, { account: 'a', id: 'none' }, 'present');
  let isFirst = true;
  const world = await start(async (run) => {
    if (run.job.done !== 2 || !isFirst) return;
    isFirst = false;
    await run.save({ done: 3 }, { writes: [isStopped] });
  });
  await world.run();
  expect(await world.read()).toMatchObject({ status: 'processing', done: 2, starts: 1 });
  await world.run();
  expect(await world.read()).toMatchObject({ status: 'complete', done: 5 });
});

test('a job with leased parts does not fail, and the effects of a failure run however often it is reported', async () => {
  let leasedForMs = 100_000;
  const reasons: string[] = [];
  const world = await start(undefined, {
    partsLeasedForMs: async () => leasedForMs,
    onFail: async (_, reason) => void reasons.push(reason),
  });
  expect(await world.counting.fail(world.job, 'Because.', world.services)).toBe('requeued');
  expect(world.sent).toMatchObject([{ delay: 100 }]);
  leasedForMs = 0;
  expect(await world.counting.fail(world.job, 'Because.', world.services)).toBe('failed');
  expect(await world.counting.fail(world.job, 'Later.', world.services)).toBe('over');
  expect(reasons).toEqual(['Because.', 'Because.']);
});

test('a stopped job stays stopped until a retry, if its kind allows one', async () => {
  const world = await start(undefined, { retryable: ['failed', 'cancelled'] });
  await world.run({ remainingMs: () => 1_000 });
  expect(await world.counting.stop(await world.read(), { set: { status: 'cancelled' } }, world.services)).toBeDefined();
  expect(await world.counting.stop(world.job, { set: { status: 'cancelled' } }, world.services)).toBeUndefined();
  await world.run();
  expect(await world.read()).toMatchObject({ status: 'cancelled', done: 1 });
  await world.counting.retry(await world.read(), world.services);
  await world.run();
  expect(await world.read()).toMatchObject({ status: 'complete', done: 5 });
});
