import type { DynamoDBRecord } from 'aws-lambda';
import type { ChangeTrigger } from '../../../functions/platform/changes/trigger.ts';
import type { QueueDeclaration } from '../../../functions/platform/service/queues.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';

interface Written {
  readonly pk?: string;
  readonly sk?: string;
  readonly before?: Readonly<Record<string, string>>;
  readonly after?: Readonly<Record<string, string>>;
}

let numbers = 100_000_000_000_000_000_000n;

/** The stream record of a write; each has a higher sequence number than the one before. */
export const written = ({ pk = 'A#abc#P#1', sk = 'PROFILE', before, after }: Written): DynamoDBRecord => {
  numbers += 1n;
  const Keys = { pk: { S: pk }, sk: { S: sk } };
  const image = (of: Readonly<Record<string, string>>) => ({
    ...Keys,
    ...Object.fromEntries(Object.entries(of).map(([name, S]) => [name, { S }])),
  });
  return {
    eventName: before && after ? 'MODIFY' : after ? 'INSERT' : 'REMOVE',
    dynamodb: {
      SequenceNumber: String(numbers),
      ApproximateCreationDateTime: 1_767_225_600,
      Keys,
      ...(before && { OldImage: image(before) }),
      ...(after && { NewImage: image(after) }),
    },
  };
};

export const numberOf = ({ dynamodb }: DynamoDBRecord): string => dynamodb?.SequenceNumber ?? '';

export const consumer = (
  name: string,
  trigger: Omit<ChangeTrigger, 'on' | 'images'> & Partial<Pick<ChangeTrigger, 'images'>>,
  queues: readonly QueueDeclaration[] = [],
): ServiceDeclaration => ({
  name,
  routes: {},
  triggers: [{ on: 'change', images: 'both', ...trigger }],
  queues,
  uses: [],
});
