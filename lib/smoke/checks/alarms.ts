import {
  type AlarmHistoryItem,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  type MetricAlarm,
  SetAlarmStateCommand,
  type StateValue,
} from '@aws-sdk/client-cloudwatch';
import { type Capability, type Check, Failure } from '../session/check.ts';
import { type Deployment, resourcesOf } from '../session/deployment.ts';
import { fact, type Session } from '../session/session.ts';
import { waitFor } from '../session/wait.ts';

const PER_REQUEST = 100;

const alarmsOf = async (deployment: Deployment): Promise<readonly MetricAlarm[]> => {
  const names = resourcesOf(deployment, 'AWS::CloudWatch::Alarm').map(({ physicalId }) => physicalId);
  const found: MetricAlarm[] = [];
  for (let i = 0; i < names.length; i += PER_REQUEST) {
    const asked = new DescribeAlarmsCommand({ AlarmNames: names.slice(i, i + PER_REQUEST), MaxRecords: PER_REQUEST });
    found.push(...((await deployment.clients.metrics.send(asked)).MetricAlarms ?? []));
  }
  if (found.length === 0) throw new Failure('The stacks have no alarm.');
  return found;
};

const setState = ({ deployment }: Session, AlarmName: string, StateValue: StateValue) =>
  deployment.clients.metrics.send(
    new SetAlarmStateCommand({
      AlarmName,
      StateValue,
      StateReason: 'Set by the smoke test, to check that its mail arrives. Nothing is wrong.',
    }),
  );

export const alarm: Check = {
  name: 'alarm',
  claim: 'an alarm can fire, and no alarm is in ALARM',
  run: async (session) => {
    const { deployment, note } = session;
    const all = await alarmsOf(deployment);
    const on = all.filter(({ StateValue }) => StateValue === 'ALARM');
    const hasActions = ({ AlarmActions = [], ActionsEnabled = true }: MetricAlarm) =>
      ActionsEnabled && AlarmActions.length > 0;
    const quiet = all.filter(({ StateValue }) => StateValue !== 'ALARM');
    const chosen = quiet.find(hasActions) ?? quiet[0];
    if (chosen?.AlarmName === undefined) throw new Failure(`All ${all.length} alarms are in ALARM.`);
    const { AlarmName, StateValue: before = 'OK' } = chosen;
    const setAt = new Date();
    await setState(session, AlarmName, 'ALARM');
    try {
      await waitFor(`${AlarmName} to be in ALARM`, { seconds: 30 }, session, async () =>
        (await alarmsOf(deployment)).find((one) => one.AlarmName === AlarmName && one.StateValue === 'ALARM'),
      );
    } finally {
      await setState(session, AlarmName, before);
    }
    note({ alarm: { name: AlarmName, setAt, hasActions: hasActions(chosen) } });
    const names = on.map(({ AlarmName }) => AlarmName).join(', ');
    return {
      seen: `${AlarmName} was in ALARM and is ${before} again`,
      ...(on.length > 0 && { warning: `In ALARM: ${names}. The description of each alarm says who is affected.` }),
    };
  },
  advice: 'Your credentials need cloudwatch:DescribeAlarms and cloudwatch:SetAlarmState.',
};

const actionsIn = async ({ deployment }: Session, name: string, since: Date): Promise<readonly AlarmHistoryItem[]> => {
  const asked = new DescribeAlarmHistoryCommand({ AlarmName: name, HistoryItemType: 'Action', StartDate: since });
  return (await deployment.clients.metrics.send(asked)).AlarmHistoryItems ?? [];
};

const actionHistory: Capability = {
  name: "an alarm's history lists its actions",
  missing: async (session) => {
    const { name, setAt } = fact(session, 'alarm');
    const actions = await actionsIn(session, name, setAt);
    return actions.length > 0 ? undefined : `${name} was in ALARM, and its history lists no action`;
  },
};

export const alarmMail: Check = {
  name: 'alarm-mail',
  claim: 'an alarm sends its mail',
  after: ['alarm'],
  needs: [actionHistory],
  absent: async (session) =>
    fact(session, 'alarm').hasActions
      ? undefined
      : 'no alarm has an action: nobody is notified. Set alarmEmail, and deploy again',
  run: async (session) => {
    const { name, setAt } = fact(session, 'alarm');
    const { HistorySummary = '' } = await waitFor(
      'the action of the alarm',
      { seconds: 120, everySeconds: 3 },
      session,
      async () => (await actionsIn(session, name, setAt))[0],
    );
    if (!/Successfully executed action/i.test(HistorySummary)) throw new Failure(HistorySummary);
    return {
      seen: HistorySummary,
      warning: `CloudWatch handed the mail to SNS. Look into the mailbox of alarmEmail for "${name}": none arrives before someone follows the link of SNS's mail "Subscription Confirmation".`,
    };
  },
  advice:
    'Failed to execute action: the policy of the alarm topic must let cloudwatch.amazonaws.com publish. No action listed: alarm actions are disabled.',
};
