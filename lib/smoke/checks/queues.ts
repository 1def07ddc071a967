import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { inParallel } from '../../../functions/platform/parallel.ts';
import { type Check, Failure } from '../session/check.ts';
import { resourcesOf } from '../session/deployment.ts';

export const deadLetters: Check = {
  name: 'dead-letters',
  claim: 'every dead-letter queue is empty',
  phases: ['now', 'later'],
  run: async ({ deployment }) => {
    const queues = resourcesOf(deployment, 'AWS::SQS::Queue').filter(({ logicalId }) => /DeadLetters/i.test(logicalId));
    if (queues.length === 0) throw new Failure('The stacks have no dead-letter queue.');
    const counts = await inParallel(queues, 4, async ({ physicalId, logicalId }) => {
      const asked = new GetQueueAttributesCommand({
        QueueUrl: physicalId,
        AttributeNames: ['ApproximateNumberOfMessages'],
      });
      const { Attributes } = await deployment.clients.sqs.send(asked);
      return { logicalId, physicalId, count: Number(Attributes?.ApproximateNumberOfMessages) };
    });
    const filled = counts.filter(({ count }) => count !== 0);
    if (filled.length > 0)
      throw new Failure(filled.map(({ physicalId, count }) => `${count} messages in ${physicalId}`).join(', '));
    return { seen: `${queues.length} queues` };
  },
  advice:
    'Each message is a file or a job that failed five times. Find its error in the log of the queue function, fix the cause, then: aws sqs start-message-move-task --source-arn <dead letters> --destination-arn <queue>.',
};
