import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { fromEnvironment, type Services } from '../resources/services.ts';
import { unmarshall } from '../table/client/unmarshall.ts';
import { definition } from '../table/definition.ts';
import { MESSAGE_FAILED } from '../workers/failed.ts';
import type { Inserted, Triggered } from '../workers/trigger.ts';

/**
 * New items, from the table's stream, in the order in which they were stored. What fails is delivered again with all
 * that came after it, cut as Lambda likes, so that triggers are told of an item at least once.
 */
export const serveStream = (domain: Triggered, services: () => Services = fromEnvironment) => {
  const triggers = domain.triggers.filter((trigger) => trigger.on === 'stream');

  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const given = services();
    const inserted = Records.flatMap(insertedIn);
    const batchItemFailures: DynamoDBBatchResponse['batchItemFailures'] = [];
    for (const { sortKeyPrefix, handle } of triggers) {
      const own = inserted.filter(({ item }) => String(item[definition.sk]).startsWith(sortKeyPrefix));
      const failed = own.length > 0 ? await handle(own, given) : [];
      for (const { sequenceNumber } of failed) batchItemFailures.push({ itemIdentifier: sequenceNumber });
    }
    if (batchItemFailures.length > 0)
      given.log.error(MESSAGE_FAILED, { domain: domain.name, records: batchItemFailures.length });
    return { batchItemFailures };
  };
};

const insertedIn = ({ eventName, dynamodb }: DynamoDBRecord): Inserted[] => {
  const { NewImage, SequenceNumber: sequenceNumber } = dynamodb ?? {};
  if (eventName !== 'INSERT' || !NewImage || sequenceNumber === undefined) return [];
  // The same JSON by two names; the one type has binary values as text, and no item of ours has any.
  return [{ item: unmarshall(NewImage as Record<string, AttributeValue>), sequenceNumber }];
};
