import assert from 'node:assert/strict';
import { noCounts } from '../../functions/domains/imports/outcomes/counts.ts';
import { importAtOnce } from '../capacity/parallel-imports.ts';
import { openCapacity } from '../support/capacity/capacity.ts';

const FILES = 10;
const ROWS = 50_000;
const EVENTS_PER_SECOND = 40;
/** The share of events that may be refused meanwhile. */
const MAX_REFUSED = 0.01;

/** Ten files of 50,000 new people at once into a new on-demand table, with a shop's traffic beside them. */
export const capacitySoak = async ({ scale }: { readonly scale: number }) => {
  const rows = Math.round(ROWS * scale);
  const { outcomes, ...rest } = await importAtOnce({
    files: FILES,
    rows,
    visibilityMs: 60_000,
    eventsPerSecond: EVENTS_PER_SECOND,
    capacity: openCapacity(),
    tell: (line) => console.error(line),
  });
  assert.deepEqual(
    outcomes,
    Array.from({ length: FILES }, () => ({
      status: 'complete',
      error: undefined,
      counts: { ...noCounts, created: rows },
    })),
  );
  const share = rest.events.refused / rest.events.sent;
  assert.ok(share <= MAX_REFUSED, `${rest.events.refused} of ${rest.events.sent} events were refused.`);
  return { files: FILES, rows, ...rest };
};
