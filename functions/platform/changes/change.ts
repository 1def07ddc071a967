import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import * as v from 'valibot';
import type { ChangeConsumer, ChangeKind } from '../resources/change-consumer.ts';
import { unmarshall } from '../table/client/unmarshall.ts';
import { definition } from '../table/definition.ts';

/** A message's own form of a change. Attributes are plain JSON values. */
export const Change = v.object({
  kind: v.picklist(['inserted', 'updated', 'removed']),
  key: v.object({ pk: v.string(), sk: v.string() }),
  /** Of the changes of one partition key, the later one has the greater position: as text they sort. */
  position: v.string(),
  /** When DynamoDB wrote it, to the second. */
  at: v.string(),
  /** The item before and after, where the consumer asked for them. */
  before: v.optional(v.record(v.string(), v.unknown())),
  after: v.optional(v.record(v.string(), v.unknown())),
});

/** What happened to one item of the table. It comes at least once. */
export type Change = Readonly<v.InferOutput<typeof Change>>;

const kinds: Readonly<Record<NonNullable<DynamoDBRecord['eventName']>, ChangeKind>> = {
  INSERT: 'inserted',
  MODIFY: 'updated',
  REMOVE: 'removed',
};

/** DynamoDB's sequence numbers have 21 to 40 digits. */
const DIGITS = 40;

/** Throws where a record is not one of our table. */
export const changeIn = ({ eventName, dynamodb }: DynamoDBRecord): Change => {
  const { Keys, SequenceNumber, ApproximateCreationDateTime, OldImage, NewImage } = dynamodb ?? {};
  const { [definition.pk]: pk, [definition.sk]: sk } = Keys ?? {};
  const kind = eventName && kinds[eventName];
  if (!kind || SequenceNumber === undefined || pk?.S === undefined || sk?.S === undefined)
    throw new Error('A record of the stream lacks its kind, its key or its number.');
  const isWhole = (kind === 'inserted' || OldImage !== undefined) && (kind === 'removed' || NewImage !== undefined);
  if (!isWhole) throw new Error('A record of the stream lacks an image.');
  return {
    kind,
    key: { pk: pk.S, sk: sk.S },
    position: SequenceNumber.padStart(DIGITS, '0'),
    at: new Date((ApproximateCreationDateTime ?? 0) * 1_000).toISOString(),
    ...(OldImage && { before: itemIn(OldImage) }),
    ...(NewImage && { after: itemIn(NewImage) }),
  };
};

// The same JSON by two names; the one type has binary values as text, and no item of ours has any.
const itemIn = (image: NonNullable<DynamoDBRecord['dynamodb']>['NewImage']) =>
  unmarshall(image as Record<string, AttributeValue>);

type Filter = Pick<ChangeConsumer, 'kinds' | 'sortKeyPrefixes' | 'types'>;

/** Lambda filters by all consumers together, so that what one of them wants is brought to the others too. */
export const isWanted = ({ kind, key, before, after }: Change, { kinds, sortKeyPrefixes, types }: Filter): boolean => {
  if (!kinds.includes(kind)) return false;
  if (sortKeyPrefixes && !sortKeyPrefixes.some((prefix) => key.sk.startsWith(prefix))) return false;
  return !types || types.includes(String((after ?? before)?.type));
};

export const withImages = ({ before, after, ...change }: Change, images: ChangeConsumer['images']): Change => ({
  ...change,
  ...(before && (images === 'before' || images === 'both') && { before }),
  ...(after && (images === 'after' || images === 'both') && { after }),
});
