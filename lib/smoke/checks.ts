import { account } from './checks/account.ts';
import { alarm, alarmMail } from './checks/alarms.ts';
import { archive, athena, athenaMany } from './checks/archive.ts';
import { consent, lists } from './checks/consent.ts';
import { cost } from './checks/cost.ts';
import { health, preflight, trailingSlash, wrongKey } from './checks/edge.ts';
import { erased, erasedArchive, erasure } from './checks/erasure.ts';
import { eventTwice, largeBody, timeline, tooLargeBody } from './checks/events.ts';
import { failedRows, files } from './checks/files.ts';
import { concurrency, eventRules, stacks } from './checks/infrastructure.ts';
import { load, throttledFunctions, throttledTable } from './checks/load.ts';
import { functionErrors, logs } from './checks/logs.ts';
import { bounce, complaint, doubleOptIn } from './checks/mail.ts';
import { deadLetters } from './checks/queues.ts';
import { droppedInvocations, selfQueuing } from './checks/recursion.ts';
import { apply, upload } from './checks/uploads.ts';
import type { Check } from './session/check.ts';

/**
 * In the order of execution: first the state of the deployment, then its behavior, at the end the queues, metrics and
 * logs of the run, which arrive some minutes late.
 */
export const checks: readonly Check[] = [
  stacks,
  eventRules,
  concurrency,
  selfQueuing,
  health,
  preflight,
  trailingSlash,
  account,
  wrongKey,
  eventTwice,
  timeline,
  largeBody,
  tooLargeBody,
  files,
  failedRows,
  upload,
  apply,
  consent,
  lists,
  doubleOptIn,
  bounce,
  complaint,
  load,
  archive,
  athena,
  athenaMany,
  alarm,
  alarmMail,
  erasure,
  erased,
  erasedArchive,
  deadLetters,
  throttledFunctions,
  throttledTable,
  functionErrors,
  droppedInvocations,
  logs,
  cost,
];
