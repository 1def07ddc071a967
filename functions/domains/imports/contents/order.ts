import { mapped } from '../columns/mapping.ts';
import { cellsReader } from '../columns/record-cells.ts';
import type { Job, Layout } from '../jobs/job.ts';
import { readerFor } from '../kinds/reader.ts';

/** Decides whether chunks can run in parallel, and which rows have to be in one chunk. */
export const orderOf = (job: Pick<Job, 'kind' | 'key' | 'isDryRun'>, layout: Layout, lanes: number) => {
  const { isOrdered, groupOf } = readerFor(job, layout);
  const { headers, mapping } = layout;
  const { cellsOf } = mapped(layout, mapping);
  const readCells = cellsReader(layout);
  const groupIn = (record: string) => {
    const cells = readCells(record);
    return cells.length === headers.length ? groupOf?.({ cells: cellsOf(cells) }) : undefined;
  };
  // A dry run reads the writes of earlier rows, so that it runs in order.
  return { lanes: isOrdered || job.isDryRun ? 1 : lanes, ...(groupOf && { groupOf: groupIn }) };
};
