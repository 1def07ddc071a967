import { ApiError } from '../../../../platform/errors.ts';
import { inParallel } from '../../../../platform/parallel.ts';
import type { Key } from '../../../../platform/table/definition.ts';
import type { Context } from '../../../accounts/context.ts';
import type { Event } from '../../records/event.ts';
import { events } from '../../records/store.ts';
import type { Span } from '../calendar.ts';
import { type CountedEvent, forEachEvent } from '../count-events.ts';

/** Reading this many events with their properties takes about ten seconds, of the thirty that a request may take. */
export const MAX_CONTENTS = 50_000;
const CHUNK = 500;
const PARALLEL = 4;

type Found = CountedEvent & { readonly key: Key };

/**
 * Calls `each` for every event of a metric in a time range, with its properties. An event that was deleted a moment ago
 * is left out.
 */
export const forEachContent = async (
  { metricId, span, max }: { readonly metricId: string; readonly span: Span; readonly max: number },
  each: (event: CountedEvent, content: Event) => void,
  context: Pick<Context, 'account' | 'table'>,
): Promise<number> => {
  const found: Found[] = [];
  await forEachEvent(
    metricId,
    span,
    (event) => {
      if (found.length >= max) throw tooManyContentsError();
      found.push(event);
    },
    context,
  );
  const chunks = Array.from({ length: Math.ceil(found.length / CHUNK) }, (_, i) =>
    found.slice(i * CHUNK, (i + 1) * CHUNK),
  );
  await inParallel(chunks, PARALLEL, async (chunk) => {
    const items = await context.table.getItems(chunk.map(({ key }) => key));
    for (const [i, event] of chunk.entries()) {
      const item = items[i];
      if (item) each(event, events.fromItem(item));
    }
  });
  return found.length;
};

const tooManyContentsError = (): ApiError =>
  new ApiError('invalid', {
    detail: `There are more than ${MAX_CONTENTS} events in this time range, the maximum for groups and filters by property. Request a shorter one.`,
    source: { pointer: '/data/attributes/filter' },
  });
