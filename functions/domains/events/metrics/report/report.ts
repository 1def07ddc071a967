import type { Context } from '../../../accounts/context.ts';
import type { Span } from '../calendar.ts';
import { forEachEvent, readCurrentPersons } from '../count-events.ts';
import { type CountedEvents, forEachSum } from '../read-sums.ts';
import type { Condition } from './conditions.ts';
import { combinationsOf, propertyOf, toAmount } from './dimensions.ts';
import { forEachContent, MAX_CONTENTS } from './read-contents.ts';
import { createTally, type Row } from './tally.ts';

/** The events of one metric that a report counts. */
export interface Source {
  readonly metricId: string;
  /** An event has to match all of them. */
  readonly conditions: readonly Condition[];
  /** The property that is summed, or `none`. */
  readonly valueProperty: string;
}

export const DEFAULT_VALUE = '$value';
export const NO_VALUE = 'none';

interface Report {
  readonly sources: readonly Source[];
  readonly span: Span;
  readonly starts: readonly number[];
  /** Properties to group by. */
  readonly by: readonly string[];
  /** People are counted only if this is true, since all merges are read for it. */
  readonly countsPeople: boolean;
}

/**
 * Counts the events of one or several metrics. Reads totals where there are some, otherwise the index. If properties are
 * needed, it reads the events too.
 */
export const countReport = async (
  { sources, span, starts, by, countsPeople }: Report,
  context: Pick<Context, 'account' | 'table' | 'now'>,
): Promise<Row[]> => {
  const { add, rows } = createTally(starts);
  const personOf = countsPeople ? await readCurrentPersons(context) : () => '';
  let read = 0;
  for (const { metricId, conditions, valueProperty } of sources) {
    if (by.length === 0 && conditions.length === 0 && [DEFAULT_VALUE, NO_VALUE].includes(valueProperty)) {
      const isSummed = valueProperty === DEFAULT_VALUE;
      const each = ({ ms, value, person, events }: CountedEvents): void =>
        add({ ms, value: isSummed ? value : 0, person: personOf(person), events });
      if (countsPeople) await forEachEvent(metricId, span, each, context);
      else await forEachSum(metricId, { ...span, starts }, each, context);
      continue;
    }
    read += await forEachContent(
      { metricId, span, max: MAX_CONTENTS - read },
      ({ ms, value, person }, content) => {
        if (!conditions.every((matches) => matches(content))) return;
        const event = { ms, value: amountOf(content, { valueProperty, value }), person: personOf(person) };
        for (const dimensions of combinationsOf(content, by)) add(event, dimensions);
      },
      context,
    );
  }
  return rows(by);
};

const amountOf = (
  content: Parameters<typeof propertyOf>[0],
  { valueProperty, value }: { readonly valueProperty: string; readonly value: number },
): number => {
  if (valueProperty === NO_VALUE) return 0;
  return valueProperty === DEFAULT_VALUE ? value : toAmount(propertyOf(content, valueProperty));
};
