import { GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { GetFunctionRecursionConfigCommand } from '@aws-sdk/client-lambda';
import * as v from 'valibot';
import { inParallel } from '../../../functions/platform/parallel.ts';
import { type Capability, type Check, Failure } from '../session/check.ts';
import { type Deployment, resourcesOf } from '../session/deployment.ts';
import { functionMetrics, sumsOf } from '../session/metrics.ts';

/** Functions that process a queue, and may send messages to themselves. */
const workersOf = (deployment: Deployment) => {
  const sources = resourcesOf(deployment, 'AWS::Lambda::Function').filter(({ logicalId }) => /queue/i.test(logicalId));
  if (sources.length === 0) throw new Failure('The stacks have no function with a queue.');
  return sources;
};

const stopped = async (deployment: Deployment): Promise<readonly { id: string; logicalId: string }[]> => {
  const workers = await inParallel(workersOf(deployment), 4, async ({ physicalId, logicalId }) => {
    const asked = new GetFunctionRecursionConfigCommand({ FunctionName: physicalId });
    const { RecursiveLoop } = await deployment.clients.lambda.send(asked);
    return { id: physicalId, logicalId, isAllowed: RecursiveLoop === 'Allow' };
  });
  return workers.filter(({ isAllowed }) => !isAllowed);
};

const Template = v.object({
  Resources: v.record(
    v.string(),
    v.object({ Properties: v.optional(v.object({ RecursiveLoop: v.optional(v.string()) })) }),
  ),
});

/** A local CloudFormation may not know the property: then the template allows the loop, and the functions do not. */
const recursionConfig: Capability = {
  name: 'CloudFormation sets RecursiveLoop',
  missing: async ({ deployment }) => {
    const refused = await stopped(deployment);
    if (refused.length === 0) return undefined;
    const asked = new GetTemplateCommand({ StackName: `${deployment.name}-App` });
    const { TemplateBody = '{}' } = await deployment.clients.cloudFormation.send(asked);
    const { Resources } = v.parse(Template, JSON.parse(TemplateBody));
    const isMeant = refused.every(({ logicalId }) => Resources[logicalId]?.Properties?.RecursiveLoop === 'Allow');
    return isMeant ? 'the template has RecursiveLoop: Allow, and the functions have Terminate' : undefined;
  },
};

export const selfQueuing: Check = {
  name: 'self-queuing',
  claim: 'workers may send messages to themselves without limit, as erasures and large imports do',
  needs: [recursionConfig],
  run: async ({ deployment }) => {
    const refused = await stopped(deployment);
    if (refused.length > 0)
      throw new Failure(
        `Lambda stops these after about 16 messages to themselves: ${refused.map(({ id }) => id).join(', ')}`,
      );
    return { seen: `${workersOf(deployment).length} workers have RecursiveLoop: Allow` };
  },
  advice:
    'Deploy the newest version, which allows it. Until then: aws lambda put-function-recursion-config --recursive-loop Allow --function-name <name>.',
};

export const droppedInvocations: Check = {
  name: 'dropped-invocations',
  claim: 'Lambda dropped no invocation as a recursive loop',
  phases: ['now', 'later'],
  needs: [functionMetrics],
  run: async (session) => {
    const dropped = await sumsOf('RecursiveInvocationsDropped', session);
    if (dropped.length > 0)
      throw new Failure(dropped.map(({ id, sum }) => `${sum} invocations of ${id} were dropped`).join(', '));
    return { seen: 'no RecursiveInvocationsDropped' };
  },
  advice:
    'The message of a dropped invocation is in the dead-letter queue. Allow the loop (see self-queuing), then continue the job: `npm run admin -- privacy resume <job>` or `imports retry <job>`.',
};
