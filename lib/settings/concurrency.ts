import { changeQueuesOf, messageQueuesOf } from '../../functions/platform/service/queues.ts';
import type { Domain } from '../../functions/platform/service/service.ts';
import type { Settings } from './settings.ts';

/** AWS's number of the quota for concurrent executions. */
export const QUOTA_CODE = 'L-B99A9384';
/** An event source of SQS brings two messages at once or more. */
const LEAST_OF_A_QUEUE = 2;
/** AWS keeps that much for functions that reserve nothing; an account with less can reserve nothing at all. */
const LEAST_UNRESERVED = 100;
/** Of the account's concurrency for requests: a tenth, and ten where there is as much. */
const roomForRequests = (total: number): number => Math.max(10, Math.ceil(total / 10));

export const raiseQuota = `aws service-quotas request-service-quota-increase --service-code lambda --quota-code ${QUOTA_CODE} --desired-value 1000`;

export interface Concurrency {
  /** How many messages each queue brings at once. */
  readonly importsConcurrency: number;
  /** What the owner has to know about it. */
  readonly notes: readonly string[];
}

type Chosen = Pick<Settings, 'importsConcurrency' | 'reservedConcurrency' | 'accountConcurrency'>;

export const workerCount = (domains: readonly Domain[]): number =>
  domains.flatMap((domain) => [...messageQueuesOf(domain), ...changeQueuesOf(domain)]).length;

/**
 * Fits the workers into the account. All functions share its concurrency, 10 at once in a new account: without a cap, files
 * that are dropped together leave nothing for the API.
 */
export const fitConcurrency = (chosen: Chosen, workers: number): Concurrency => {
  const { importsConcurrency, reservedConcurrency, accountConcurrency } = chosen;
  if (accountConcurrency === undefined) return { importsConcurrency, notes: [] };
  if (reservedConcurrency !== undefined) {
    checkReserved(reservedConcurrency, workers, accountConcurrency);
    return { importsConcurrency, notes: [] };
  }
  const each = Math.floor((accountConcurrency - roomForRequests(accountConcurrency)) / workers);
  const capped = Math.max(LEAST_OF_A_QUEUE, Math.min(importsConcurrency, each));
  return { importsConcurrency: capped, notes: notesOn({ ...chosen, accountConcurrency }, workers, { each, capped }) };
};

const notesOn = (
  { importsConcurrency, accountConcurrency }: Chosen & { readonly accountConcurrency: number },
  workers: number,
  { each, capped }: { readonly each: number; readonly capped: number },
): string[] => {
  if (capped === importsConcurrency && each >= capped) return [];
  const runs = `The account can run ${accountConcurrency} functions at once, and ${workers} queue workers share them with the API.`;
  const cap = `Each takes ${capped} messages at once instead of ${importsConcurrency}.`;
  const danger = `That is the least AWS allows: while all ${workers} queues are busy, up to ${workers * capped} run, and requests can get 503 answers.`;
  return [
    [runs, ...(capped < importsConcurrency ? [cap] : []), ...(each < capped ? [danger] : [])].join(' '),
    `Ask AWS for more (free, quota ${QUOTA_CODE}), then deploy again: ${raiseQuota}`,
  ];
};

const checkReserved = (reserved: number, workers: number, accountConcurrency: number): void => {
  const total = reserved * workers;
  const left = accountConcurrency - total;
  if (left >= LEAST_UNRESERVED) return;
  throw new Error(
    `reservedConcurrency=${reserved} for ${workers} queue workers takes ${total} of the ${accountConcurrency} concurrent executions that the account has left, and AWS keeps at least ${LEAST_UNRESERVED} unreserved. ` +
      `Leave it out (-c reservedConcurrency=), or ask AWS for more (free, quota ${QUOTA_CODE}): ${raiseQuota}`,
  );
};
