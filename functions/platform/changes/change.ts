import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import * as v from 'valibot';
import type { ChangeConsumer, ChangeKind } from '../resources/change-consumer.ts';
import { unmarshall } from '../table/client/unmarshall.ts';
import { definition } from '../table/definition.ts';

/** A change as messages carry it. Attributes are plain JSON values. */
export const Change = v.object({
  kind: v.picklist(['inserted', 'updated', 'removed']),
  key: v.object({ pk: v.string(), sk: v.string() }),
  /** Orders the changes of one partition key. Compares as text. */
  position: v.string(),
  /** When DynamoDB wrote the item, to the second. */
  at: v.string(),
  /** The item before and after, as far as the consumer asked for them. */
  before: v.optional(v.record(v.string(), v.unknown())),
  after: v.optional(v.record(v.string(), v.unknown())),
});

/** A change of one item of the table. Delivered at least once. */
export type Change = Readonly<v.InferOutput<typeof Change>>;

const kindByEventName: Readonly<Record<NonNullable<DynamoDBRecord['eventName']>, ChangeKind>> = {
  INSERT: 'inserted',
  MODIFY: 'updated',
  REMOVE: 'removed',
};

/** DynamoDB's sequence numbers have 21 to 40 digits. */
const SEQUENCE_DIGITS = 40;

/** Converts a stream record. Throws if the record is not one of our table. */
export const toChange = ({ eventName, dynamodb }: DynamoDBRecord): Change => {
  const { Keys, SequenceNumber, ApproximateCreationDateTime, OldImage, NewImage } = dynamodb ?? {};
  const { [definition.pk]: pk, [definition.sk]: sk } = Keys ?? {};
  const kind = eventName && kindByEventName[eventName];
  if (!kind || SequenceNumber === undefined || pk?.S === undefined || sk?.S === undefined)
    throw new Error('A stream record has no event name, key or sequence number.');
  const hasImages = (kind === 'inserted' || OldImage !== undefined) && (kind === 'removed' || NewImage !== undefined);
  if (!hasImages) throw new Error('A stream record has no image.');
  return {
    kind,
    key: { pk: pk.S, sk: sk.S },
    position: SequenceNumber.padStart(SEQUENCE_DIGITS, '0'),
    at: new Date((ApproximateCreationDateTime ?? 0) * 1_000).toISOString(),
    ...(OldImage && { before: toItem(OldImage) }),
    ...(NewImage && { after: toItem(NewImage) }),
  };
};

// Two types describe the same JSON. They differ for binary values, which no item has.
const toItem = (image: NonNullable<DynamoDBRecord['dynamodb']>['NewImage']) =>
  unmarshall(image as Record<string, AttributeValue>);

type Filter = Pick<ChangeConsumer, 'kinds' | 'sortKeyPrefixes' | 'types'>;

/**
 * Whether a consumer asked for the change. Lambda's filter is the union of all consumers' filters, so that the reader
 * also receives changes that only another consumer asked for.
 */
export const matchesFilter = (
  { kind, key, before, after }: Change,
  { kinds, sortKeyPrefixes, types }: Filter,
): boolean => {
  if (!kinds.includes(kind)) return false;
  if (sortKeyPrefixes && !sortKeyPrefixes.some((prefix) => key.sk.startsWith(prefix))) return false;
  return !types || types.includes(String((after ?? before)?.type));
};

/** Keeps the images and the attributes that a consumer asked for. */
export const selectImages = (
  { before, after, ...change }: Change,
  { images, attributes }: Pick<ChangeConsumer, 'images' | 'attributes'>,
): Change => ({
  ...change,
  ...(before && (images === 'before' || images === 'both') && { before: selectAttributes(before, attributes) }),
  ...(after && (images === 'after' || images === 'both') && { after: selectAttributes(after, attributes) }),
});

type Image = NonNullable<Change['after']>;

const selectAttributes = (image: Image, names: readonly string[] | undefined): Image =>
  names ? Object.fromEntries(names.flatMap((name) => (name in image ? [[name, image[name]]] : []))) : image;
