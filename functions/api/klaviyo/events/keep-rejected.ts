import * as v from 'valibot';
import { sourceOfCall } from '../../../domains/receipts/source.ts';
import { InvalidRequestError } from '../../../platform/http/parse.ts';
import type { RejectedRequest } from '../../../platform/http/rejected-request.ts';
import { keepRequest } from '../../rejected/keep-request.ts';
import { countEvents } from './body.ts';

const BulkBody = v.object({
  data: v.object({
    attributes: v.object({ 'events-bulk-create': v.object({ data: v.custom<readonly unknown[]>(Array.isArray) }) }),
  }),
});
const GroupBody = v.object({ data: v.looseObject({}) });

/** The number of events in a refused request, if it can be read. */
const eventsIn = ({ error }: RejectedRequest): number => {
  const document = error instanceof InvalidRequestError ? error.document : undefined;
  const bulk = v.safeParse(BulkBody, document);
  if (bulk.success) return countEvents(bulk.output.data.attributes['events-bulk-create'].data);
  const group = v.safeParse(GroupBody, document);
  return group.success ? countEvents([group.output.data]) : 1;
};

/** Keeps refused requests with many events. */
export const keepMany = keepRequest({ sourceOf: ({ caller }) => sourceOfCall('api', caller), countOf: eventsIn });
