import { expect, inject } from 'vitest';
import { openDynamo } from '../../../functions/platform/table/client/dynamo.ts';
import type { Entity } from '../../../functions/platform/table/entity.ts';
import { openTable, type Table } from '../../../functions/platform/table/table.ts';
import { put } from '../../../functions/platform/table/write.ts';
import { clientConfig } from '../../../lib/process/environment.ts';
import { deadLetterOf, giveUp } from './exhausted.ts';

export const table = (): Table =>
  openTable(inject('stack').tableName, openDynamo(clientConfig(inject('stack').awsEndpoint)));
export const patient = { timeout: 60_000, interval: 500 };

/** What a job looks like whose message was given up. */
export const failed = { status: 'failed', error: expect.stringContaining('failed 5 times') };

/** Creates a job, moves its message to the exhausted queue, and waits for the expected state. */
export const fail = async <Value extends Id, Id extends { readonly id: string }>(
  domain: string,
  entity: Entity<Value, Id>,
  value: Value,
  { message, ends }: { readonly message: object; readonly ends: object },
): Promise<void> => {
  await table().write(put(entity, value));
  await giveUp(domain, JSON.stringify(message));
  await expect.poll(() => table().get(entity, value), patient).toMatchObject(ends);
  const letter = await deadLetterOf(domain, JSON.stringify(message));
  expect(letter.MessageAttributes?.Fate?.StringValue).toBe('failed');
};
