import { DescribeRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import { inParallel } from '../../../functions/platform/parallel.ts';
import { type Check, Failure } from '../session/check.ts';
import { resourcesOf } from '../session/deployment.ts';

const SETTLED = /^(CREATE|UPDATE|IMPORT)_COMPLETE$/;
/** AWS grants 1,000 to established accounts; below this limit a burst of imports and the API impede each other. */
const ENOUGH = 100;

export const stacks: Check = {
  name: 'stacks',
  claim: 'all stacks are completely deployed',
  run: async ({ deployment }) => {
    const wrong = deployment.stacks.filter(({ status }) => !SETTLED.test(status));
    if (wrong.length > 0) throw new Failure(wrong.map(({ name, status }) => `${name} is ${status}`).join(', '));
    return { seen: deployment.stacks.map(({ name, status }) => `${name} ${status}`).join(', ') };
  },
  advice:
    'Open the stack in the CloudFormation console, tab Events: see the first resource that failed. Fix that, then `npm run deploy` again.',
};

export const eventRules: Check = {
  name: 'event-rules',
  claim: 'every EventBridge rule of the stacks is enabled',
  run: async ({ deployment }) => {
    const rules = resourcesOf(deployment, 'AWS::Events::Rule');
    if (rules.length === 0) throw new Failure('The stacks have no rule: dropped files start no import.');
    const states = await inParallel(rules, 4, async ({ physicalId }) => {
      // The physical id of a rule on a custom bus starts with the bus.
      const Name = physicalId.split('|').at(-1);
      const { State = 'unknown' } = await deployment.clients.events.send(new DescribeRuleCommand({ Name }));
      return { name: Name, state: State };
    });
    const wrong = states.filter(({ state }) => !state.startsWith('ENABLED'));
    if (wrong.length > 0) throw new Failure(wrong.map(({ name, state }) => `${name} is ${state}`).join(', '));
    return { seen: `${rules.length} rules` };
  },
  advice: 'Enable it: aws events enable-rule --name <name>. While it is off, files that are dropped are not imported.',
};

export const concurrency: Check = {
  name: 'concurrency',
  claim: 'the Lambda concurrency limit of this account is high enough',
  run: async ({ deployment }) => {
    const { AccountLimit } = await deployment.clients.lambda.send(new GetAccountSettingsCommand({}));
    const { ConcurrentExecutions: all, UnreservedConcurrentExecutions: free } = AccountLimit ?? {};
    if (all === undefined || free === undefined)
      throw new Failure('Lambda does not return the limits of this account.');
    if (free < 1) throw new Failure(`Of ${all} concurrent executions none is left unreserved: no function can start.`);
    const seen = `${all} concurrent executions, ${free} of them unreserved`;
    if (free >= ENOUGH) return { seen };
    return {
      seen,
      warning: `Imports, the API and everything else in this account share ${free}: while files are imported, callers may get 503. Request an increase: Service Quotas, AWS Lambda, Concurrent executions (L-B99A9384).`,
    };
  },
  advice: 'Check the reserved concurrency of the functions in this account and region, and the quota L-B99A9384.',
};
