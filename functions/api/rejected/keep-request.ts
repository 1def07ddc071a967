import * as v from 'valibot';
import type { Context } from '../../domains/accounts/context.ts';
import { keepRejected } from '../../domains/receipts/rejected/keep.ts';
import type { Source } from '../../domains/receipts/source.ts';
import { InvalidRequestError } from '../../platform/http/parse.ts';
import { pathOf } from '../../platform/http/path.ts';
import type { RejectedRequest } from '../../platform/http/rejected-request.ts';
import { receiptHeader, receivedRejection } from '../receipts.ts';
import { REQUEST, toStoredRequest } from './stored-request.ts';

interface Declaration {
  readonly sourceOf: (context: Context) => Source;
  /** How many items a request has. @default 1 */
  readonly countOf?: (request: RejectedRequest) => number;
}

const DocumentWithMetric = v.object({
  data: v.object({
    attributes: v.object({
      metric: v.object({ data: v.object({ attributes: v.object({ name: v.string() }) }) }),
    }),
  }),
});

const metricIn = (document: unknown): string | undefined => {
  const result = v.safeParse(DocumentWithMetric, document);
  return result.success ? result.output.data.attributes.metric.data.attributes.name : undefined;
};

/** For the `onRejected` of a route: keeps the request, to be replayed. Returns the header with its receipt. */
export const keepRequest =
  ({ sourceOf, countOf }: Declaration) =>
  async (request: RejectedRequest, context: Context): Promise<Record<string, string>> => {
    const { error, event } = request;
    const stored = toStoredRequest(event, context);
    const metric = error instanceof InvalidRequestError ? metricIn(error.document) : undefined;
    const source = sourceOf(context);
    const [id] = await keepRejected(
      [
        {
          source,
          handler: REQUEST,
          what: `${event.requestContext.http.method} ${pathOf(event)}`,
          code: error.code,
          problems: error.problems,
          payload: stored && JSON.stringify(stored),
          ...(metric !== undefined && { metric }),
          ...(countOf && { count: countOf(request) }),
        },
      ],
      context,
    );
    return receiptHeader(receivedRejection(id), source, context);
  };
