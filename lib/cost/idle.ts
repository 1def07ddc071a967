import { DAYS_A_MONTH } from './archive.ts';
import { prices } from './prices.ts';

/** What stands there whatever is sent to it; test/cost/idle.test.ts counts it in the templates. */
export const standing = { alarms: 41, dashboards: 1, queues: 5, exhausted: 5 } as const;

/** Lambda asks a queue five times at once, and each time waits twenty seconds for a message. */
const ASKING = { pollers: 5, waitSeconds: 20 } as const;
/** Twice where no concurrency is set, as for messages that were given up. */
const FEW_POLLERS = 2;

/** Dollars a month of a deployment that nobody uses. */
export const idleBill = () => {
  const { alarms, dashboards, queues, exhausted } = standing;
  const pollers = queues * ASKING.pollers + exhausted * FEW_POLLERS;
  const asked = (pollers * DAYS_A_MONTH * 86_400) / ASKING.waitSeconds;
  return {
    'Alarms, dashboard': alarms * prices.alarmMonth + dashboards * prices.dashboardMonth,
    'Queues that are asked': asked * prices.sqsRequest,
  };
};
