import { EVENTS, timelinePk } from '../../functions/domains/events/records/store.ts';
import type { Item } from '../../functions/platform/table/entity.ts';
import { ingestPerMillion } from '../../lib/cost/bill.ts';
import { deliveryCost } from '../../lib/cost/changes.ts';
import type { Figure } from './figure.ts';
import { emailOf, fill, profileItems } from './growth/fill.ts';
import { single } from './growth/operations/events.ts';
import { onDynamoDbLocal, startWorld } from './growth/world.ts';
import { attributes } from './request.ts';

const PERSON = '01JZZZZZZZZZZZZZZZZZZZZZZZ';

export interface EventCpu {
  readonly singleMs: number;
  readonly batchedMs: number;
}

/** What an event of a known person consumes, by an emulator, and what it then costs, with the processor time of this run. */
export const eventCost = (cpu: EventCpu): Promise<Figure[]> =>
  onDynamoDbLocal(async (endpoint) => {
    const world = await startWorld(endpoint);
    await fill(world, 1, () => profileItems(world, PERSON, 0));
    const body = (n: number) => single(emailOf(PERSON), attributes(n));
    const send = (n: number) => world.call('events', 'POST', '/api/events', body(n));
    await send(0);
    const { writes, reads, requests } = await world.measure(() => send(1));
    const [item = {}] = await world.table.query({ pk: timelinePk(world.account, PERSON), prefix: EVENTS, limit: 1 });
    const [entry = {}] = await world.table.query({ index: 'gsi1', pk: `${item.gsi1pk}`, limit: 1 });
    const bytes = { sent: Buffer.byteLength(JSON.stringify(body(1))), stored: sizeOf(item), index: sizeOf(entry) };
    const measures = {
      event: { writes, reads },
      cpuMs: { first: cpu.singleMs, further: cpu.batchedMs },
      sentBytes: bytes.sent,
    };
    // At a hundred million a month: the archive's batches are small where fewer come in.
    const perMillion = (batch: number) => ingestPerMillion(batch, 1e8, measures);
    const lower = 'lower' as const;
    return [
      { name: 'units.event', value: writes + reads, unit: 'write and read units', better: lower },
      { name: 'units.event.writes', value: writes, unit: 'write units', better: lower },
      { name: 'units.event.reads', value: reads, unit: 'read units', better: lower },
      { name: 'requests.event', value: requests, unit: 'AWS requests', better: lower },
      { name: 'bytes.event.sent', value: bytes.sent, unit: 'bytes of body', better: lower },
      { name: 'bytes.event.stored', value: bytes.stored, unit: 'bytes of item', better: lower },
      { name: 'bytes.event.index', value: bytes.index, unit: 'bytes of entry', better: lower },
      { name: 'cost.event.single', value: perMillion(1), unit: '$ a million', better: lower, aim: 3.1 },
      {
        name: 'cost.event.batch50',
        value: perMillion(50),
        unit: '$ a million',
        better: lower,
        aim: 1.8,
      },
      { name: 'cost.delivery.single', value: 1e6 * deliveryCost('alone'), unit: '$ a million', better: lower },
      { name: 'cost.delivery.many', value: 1e6 * deliveryCost('further'), unit: '$ a million', better: lower },
    ];
  });

/** As DynamoDB counts: names and texts in UTF-8, numbers by their digits. */
const sizeOf = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(`${value}`), 0);
