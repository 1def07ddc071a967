import { expect, test } from 'vitest';
import { itemBody, PREFIX } from '../support/catalog/catalog-bodies.ts';
import { startRedrive } from '../support/redrive.ts';

const numbers = Array.from({ length: 100 }, (_, n) => n);

test('a job over a hundred items costs a few requests to the table, and none that writes what is stored', async () => {
  const world = await startRedrive();
  const requestsOf = async (action: string, data: readonly object[]): Promise<readonly string[]> => {
    world.requests.length = 0;
    const type = `catalog-item-bulk-${action}-job`;
    const { status } = await world.post(`/api/${type}s`, { data: { type, attributes: { items: { data } } } });
    expect(status).toBe(202);
    await world.drain();
    return [...world.requests];
  };
  const create = numbers.map((n) => itemBody(`i${n}`));
  const same = numbers.map((n) => ({
    type: 'catalog-item',
    id: `${PREFIX}i${n}`,
    attributes: { title: `Item i${n}` },
  }));
  await requestsOf('update', same.slice(0, 1));
  // Whether there is room, and the job; its lease; what exists; the checkpoint with it; the items; the end.
  expect(await requestsOf('create', create)).toEqual([
    'QueryCommand',
    'PutItemCommand',
    'GetItemCommand',
    'UpdateItemCommand',
    'BatchGetItemCommand',
    'UpdateItemCommand',
    'BatchGetItemCommand',
    ...Array.from({ length: 4 }, () => 'BatchExecuteStatementCommand'),
    'UpdateItemCommand',
  ]);
  expect(await requestsOf('update', same)).toEqual([
    'QueryCommand',
    'PutItemCommand',
    'GetItemCommand',
    'UpdateItemCommand',
    'BatchGetItemCommand',
    'UpdateItemCommand',
  ]);
});
