import { FilterLogEventsCommand, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { inParallel } from '../../../functions/platform/parallel.ts';
import { escapeControls } from '../../admin/cli/output.ts';
import { type Check, Failure } from '../session/check.ts';
import { resourcesOf } from '../session/deployment.ts';
import { functionMetrics, sumsOf } from '../session/metrics.ts';
import type { Session } from '../session/session.ts';
import { waitFor } from '../session/wait.ts';

/**
 * Texts of AWS and of SDK errors where permissions or the runtime fail. `function-errors` counts functions that timed
 * out.
 */
const SIGNS = ['AccessDenied', 'is not authorized to perform', 'Runtime.'];
const SHOWN = 3;
const SHOWN_LENGTH = 300;

interface Found {
  readonly group: string;
  readonly message: string;
}

const find = async (group: string, sign: string, { deployment, state }: Session): Promise<readonly Found[]> => {
  const { logs: client } = deployment.clients;
  const asked = { logGroupName: group, startTime: Date.parse(state().startedAt), filterPattern: `"${sign}"` };
  const found: Found[] = [];
  for await (const { events = [] } of paginateFilterLogEvents({ client }, asked)) {
    found.push(...events.map(({ message = '' }) => ({ group, message: message.trim() })));
    if (found.length >= SHOWN) break;
  }
  return found;
};

/** Before a line of this run has arrived, the absence of errors proves nothing. */
const lineOfRun = (groups: readonly string[], session: Session): Promise<unknown> =>
  waitFor('a line of this run in the logs', { seconds: 120, everySeconds: 5 }, session, async () => {
    for (const logGroupName of groups) {
      const asked = new FilterLogEventsCommand({ logGroupName, startTime: session.startedAt.getTime(), limit: 1 });
      const { events = [] } = await session.deployment.clients.logs.send(asked);
      if (events[0]) return events[0];
    }
    return undefined;
  });

export const logs: Check = {
  name: 'logs',
  claim: 'no log has a refused permission or a crashed function',
  phases: ['now', 'later'],
  after: ['account'],
  run: async (session) => {
    const groups = resourcesOf(session.deployment, 'AWS::Logs::LogGroup').map(({ physicalId }) => physicalId);
    if (groups.length === 0) throw new Failure('The stacks have no log group.');
    await lineOfRun(groups, session);
    const asked = groups.flatMap((group) => SIGNS.map((sign) => ({ group, sign })));
    let done = 0;
    // CloudWatch allows few of these requests a second.
    const found = await inParallel(asked, 3, async ({ group, sign }) => {
      const lines = await find(group, sign, session);
      done += 1;
      session.progress(`${done} of ${asked.length} searches`);
      return lines;
    });
    const lines = found.flat();
    if (lines.length > 0)
      throw new Failure(
        lines
          .slice(0, SHOWN)
          .map(({ group, message }) => `${group}: ${escapeControls(message).slice(0, SHOWN_LENGTH)}`)
          .join('\n'),
      );
    return { seen: `${groups.length} log groups searched for ${SIGNS.join(', ')}` };
  },
  advice:
    'AccessDenied names the action and the role: compare it with lib/resources/, and with service control policies of your organization. Runtime.…: look at the lines before it with the same request id.',
};

export const functionErrors: Check = {
  name: 'function-errors',
  claim: 'no function crashed or timed out',
  phases: ['now', 'later'],
  needs: [functionMetrics],
  run: async (session) => {
    const failed = await sumsOf('Errors', session);
    if (failed.length > 0) throw new Failure(failed.map(({ id, sum }) => `${id} failed ${sum} times`).join(', '));
    return { seen: 'no Errors' };
  },
  advice:
    'Search the log group of that function for "Task timed out" and "Runtime.". A worker that dies continues from its last checkpoint.',
};
