import { DescribeRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import { inParallel } from '../../../functions/platform/parallel.ts';
import { type Check, Failure } from '../session/check.ts';
import { resourcesOf } from '../session/deployment.ts';

const SETTLED = /^(CREATE|UPDATE|IMPORT)_COMPLETE$/;
/**
 * What AWS gives to accounts that are not new is 1,000; below this a burst of imports and the API hinder each other.
 */
const ENOUGH = 100;

export const stacks: Check = {
  name: 'stacks',
  claim: 'both stacks are deployed completely',
  run: async ({ deployment }) => {
    const wrong = deployment.stacks.filter(({ status }) => !SETTLED.test(status));
    if (wrong.length > 0) throw new Failure(wrong.map(({ name, status }) => `${name} is ${status}`).join(', '));
    return { seen: deployment.stacks.map(({ name, status }) => `${name} ${status}`).join(', ') };
  },
  advice:
    'Open the stack in the CloudFormation console, tab Events: the first resource that failed says why. Mend that, then `npm run deploy` again.',
};

export const eventRules: Check = {
  name: 'event-rules',
  claim: 'every EventBridge rule of the stacks is enabled',
  run: async ({ deployment }) => {
    const rules = resourcesOf(deployment, 'AWS::Events::Rule');
    if (rules.length === 0) throw new Failure('The stacks have no rule: dropped files are not noticed.');
    const states = await inParallel(rules, 4, async ({ physicalId }) => {
      // The physical id of a rule on a bus of its own begins with the bus.
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
  claim: 'Lambda may run enough functions at once in this account',
  run: async ({ deployment }) => {
    const { AccountLimit } = await deployment.clients.lambda.send(new GetAccountSettingsCommand({}));
    const { ConcurrentExecutions: all, UnreservedConcurrentExecutions: free } = AccountLimit ?? {};
    if (all === undefined || free === undefined) throw new Failure('Lambda does not tell the limits of this account.');
    if (free < 1) throw new Failure(`Of ${all} concurrent executions none is left unreserved: no function can start.`);
    const seen = `${all} concurrent executions, ${free} of them unreserved`;
    if (free >= ENOUGH) return { seen };
    return {
      seen,
      warning: `Imports, the API and everything else in this account share ${free}: while files are imported, callers may get 503. Ask for more: Service Quotas, AWS Lambda, Concurrent executions (L-B99A9384).`,
    };
  },
  advice: 'Look at reserved concurrency of the functions in this account and region, and at the quota L-B99A9384.',
};
