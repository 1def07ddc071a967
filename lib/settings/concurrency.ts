import { changeQueuesOf, messageQueuesOf } from '../../functions/platform/service/queues.ts';
import type { ServiceDeclaration } from '../../functions/platform/service/service.ts';
import type { Settings } from './settings.ts';

/** AWS's code of the quota for concurrent executions. */
export const QUOTA_CODE = 'L-B99A9384';
/** The least maximum concurrency of an SQS event source. */
const MIN_QUEUE_CONCURRENCY = 2;
/** What AWS keeps unreserved. An account with less can reserve nothing. */
const MIN_UNRESERVED = 100;
/** The concurrency kept for requests: a tenth of the account's, and at least ten. */
const requestConcurrency = (total: number): number => Math.max(10, Math.ceil(total / 10));

export const raiseQuotaCommand = `aws service-quotas request-service-quota-increase --service-code lambda --quota-code ${QUOTA_CODE} --desired-value 1000`;

export interface Concurrency {
  /** How many messages of each queue are processed at once. */
  readonly importsConcurrency: number;
  /** Notes for the user. */
  readonly notes: readonly string[];
}

type ConcurrencySettings = Pick<Settings, 'importsConcurrency' | 'reservedConcurrency' | 'accountConcurrency'>;

export const workerCount = (services: readonly ServiceDeclaration[]): number =>
  services.flatMap((service) => [...messageQueuesOf(service), ...changeQueuesOf(service)]).length;

/**
 * Fits the workers into the concurrency of the account, which all functions share. A new account has 10: without a cap,
 * several uploads at once would leave none for the API.
 */
export const fitConcurrency = (chosen: ConcurrencySettings, workers: number): Concurrency => {
  const { importsConcurrency, reservedConcurrency, accountConcurrency } = chosen;
  if (accountConcurrency === undefined) return { importsConcurrency, notes: [] };
  if (reservedConcurrency !== undefined) {
    checkReserved(reservedConcurrency, workers, accountConcurrency);
    return { importsConcurrency, notes: [] };
  }
  const each = Math.floor((accountConcurrency - requestConcurrency(accountConcurrency)) / workers);
  const capped = Math.max(MIN_QUEUE_CONCURRENCY, Math.min(importsConcurrency, each));
  return { importsConcurrency: capped, notes: notesOn({ ...chosen, accountConcurrency }, workers, { each, capped }) };
};

const notesOn = (
  { importsConcurrency, accountConcurrency }: ConcurrencySettings & { readonly accountConcurrency: number },
  workers: number,
  { each, capped }: { readonly each: number; readonly capped: number },
): string[] => {
  if (capped === importsConcurrency && each >= capped) return [];
  const runs = `The account can run ${accountConcurrency} functions at once, and ${workers} queue workers share them with the API.`;
  const cap = `Each takes ${capped} messages at once instead of ${importsConcurrency}.`;
  const danger = `AWS allows no less: while all ${workers} queues are busy, up to ${workers * capped} run, and requests can get 503 responses.`;
  return [
    [runs, ...(capped < importsConcurrency ? [cap] : []), ...(each < capped ? [danger] : [])].join(' '),
    `Ask AWS for more (free, quota ${QUOTA_CODE}), then deploy again: ${raiseQuotaCommand}`,
  ];
};

const checkReserved = (reserved: number, workers: number, accountConcurrency: number): void => {
  const total = reserved * workers;
  const left = accountConcurrency - total;
  if (left >= MIN_UNRESERVED) return;
  throw new Error(
    `reservedConcurrency=${reserved} for ${workers} queue workers takes ${total} of the ${accountConcurrency} concurrent executions that the account has left, and AWS keeps at least ${MIN_UNRESERVED} unreserved. ` +
      `Clear it (-c reservedConcurrency=), or ask AWS for more (free, quota ${QUOTA_CODE}): ${raiseQuotaCommand}`,
  );
};
