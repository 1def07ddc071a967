import { archiveBill } from './archive.ts';
import { type Bill, monthOf, totalOf, type Usage } from './bill.ts';
import { prices } from './prices.ts';
import type { Standing } from './standing.ts';

/** The same usage with other designs: total dollars per month. */
export const designs = (usage: Usage, standing: Standing): Bill => {
  const total = totalOf(monthOf(usage, standing));
  return {
    'this design': total,
    // Two items at twice the price, and the index, instead of one item and the index.
    'event and profile in a transaction': total + usage.events * 3 * prices.writeUnit,
    // Sent one at a time; received and deleted in tens.
    'a queue in front': total + usage.events * 1.2 * prices.sqsRequest,
    'one event a request': totalOf(monthOf({ ...usage, batch: 1 }, standing)),
    'twelve months in the table, no archive': withoutArchive({ ...usage, retentionDays: 365 }, standing),
  };
};

const withoutArchive = (usage: Usage, standing: Standing): number =>
  totalOf(monthOf(usage, standing)) - totalOf(archiveBill(usage));
