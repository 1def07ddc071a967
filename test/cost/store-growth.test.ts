import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyProfile } from '../../functions/domains/consent/ledger/verify.ts';
import { startCloud } from '../bench/cloud/start.ts';
import { grounds, startGround } from '../bench/growth/ground.ts';
import { grown, type Measured, measureAll } from '../bench/growth/measure.ts';
import type { Ground } from '../bench/growth/operation.ts';
import { startWorld } from '../bench/growth/world.ts';
import { awsEndpoint } from '../support/servers/aws-endpoint.ts';

/** With fewer, a page is not full, and its units grow with it. */
const SIZES = [1_000, 3_000];
/** One in ten is suppressed, or has left the list: a full page of each. */
const OTHERS = 600;

const folder = mkdtempSync(join(tmpdir(), 'growth-'));
let cloud: Awaited<ReturnType<typeof startCloud>>;
beforeAll(async () => {
  cloud = await startCloud(folder);
});
afterAll(() => {
  cloud.stop();
  rmSync(folder, { recursive: true });
});

test.concurrent.each(grounds)(
  'no read or write takes more units or requests with three times the events of %s',
  async (name) => {
    const world = await startWorld(awsEndpoint(), cloud.endpoint);
    const growTo = await startGround(name, world, OTHERS);
    const measured: Measured[] = [];
    const measureOn = async (ground: Ground) =>
      measured.push(...(await measureAll(name, { world, ground, atMost: 2 })));
    for (const size of SIZES) {
      const ground = await growTo(size);
      // The first measurement has side effects of its own, such as the metric of the events in files.
      if (size === SIZES[0]) await measureAll(name, { world, ground, atMost: 1 });
      await measureOn(ground);
      // Reads that a process repeats once a minute do not occur again.
      if (grown(measured).length > 0) await measureOn(ground);
      // The filled-in items equal recorded ones.
      expect(await verifyProfile(ground.profileId, world)).toMatchObject({ faults: [] });
    }
    expect(grown(measured)).toEqual([]);
  },
  240_000,
);

test('growth of the cost with the events is reported', () => {
  const one: Measured = {
    ground: 'one profile',
    group: 'events',
    operation: 'an event',
    events: 1_000,
    ms: 2,
    units: 3,
    requests: 2,
  };
  const told = (later: object) => grown([one, { ...one, events: 1_000_000, ...later }]);
  expect(told({ ms: 50, units: 4 })).toEqual([]);
  expect(told({ units: 9 })).toEqual([
    'one profile: an event: 3 units, 2 requests with 1000 events, 9 units, 2 requests with 1000000',
  ]);
  expect(told({ requests: 3 })).toHaveLength(1);
});
