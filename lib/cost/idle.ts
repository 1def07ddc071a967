import { DAYS_A_MONTH } from './archive.ts';
import { prices } from './prices.ts';
import type { Standing } from './standing.ts';

const HOURS_A_MONTH = DAYS_A_MONTH * 24;
/** How long a request waits for a message in an empty queue. */
const POLL_SECONDS = 20;

/** Dollars per month of an unused deployment, line by line. */
export const idleBill = (standing: Standing): Readonly<Record<string, number>> => {
  const { alarms, compositeAlarms, dashboards, metrics, pollers, keys, sftpServers } = standing;
  return {
    ...Object.fromEntries(
      Object.entries(alarms).map(([name, count]) => [`Alarms on ${name}: ${count}`, count * prices.alarmMonth]),
    ),
    [`Composite alarms: ${compositeAlarms}`]: compositeAlarms * prices.compositeAlarmMonth,
    [`Dashboards: ${dashboards}`]: dashboards * prices.dashboardMonth,
    [`Metrics from log lines: ${metrics}`]: metrics * prices.metricMonth,
    [`SQS polling requests, ${pollers} at once`]:
      ((pollers * HOURS_A_MONTH * 3_600) / POLL_SECONDS) * prices.sqsRequest,
    [`KMS keys: ${keys}`]: keys * prices.keyMonth,
    [`SFTP servers: ${sftpServers}`]: sftpServers * HOURS_A_MONTH * prices.sftpHour,
  };
};

/** Dollars for settings and operations that are off or rare. */
export const optional = {
  'The SFTP server (sftp), per month': HOURS_A_MONTH * prices.sftpHour,
  'A budget with its mails': 0,
  'A metric from log lines, per month': prices.metricMonth,
  'Each alarm, per month': prices.alarmMonth,
  'Warm throughput, once, for each 10,000 write units of the table or of an index': 10_000 * prices.warmWriteUnit,
  'A million EventBridge schedules': 1e6 * prices.schedule,
} as const;
