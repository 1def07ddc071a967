import { mapped } from '../columns/mapping.ts';
import { cellsReader } from '../columns/record-cells.ts';
import type { Job, Layout } from '../jobs/job.ts';
import { readerFor } from '../kinds/reader.ts';

/** Whether chunks can be worked on side by side, and which rows one chunk has to hold together. */
export const orderOf = (job: Pick<Job, 'kind' | 'key' | 'isDryRun'>, layout: Layout, lanes: number) => {
  const { isOrdered, groupOf } = readerFor(job, layout);
  const { headers, mapping } = layout;
  const { cellsOf } = mapped(layout, mapping);
  const readCells = cellsReader(layout);
  const groupIn = (record: string) => {
    const cells = readCells(record);
    return cells.length === headers.length ? groupOf?.({ cells: cellsOf(cells) }) : undefined;
  };
  // A dry run finds what earlier rows would have written, which has to be there.
  return { lanes: isOrdered || job.isDryRun ? 1 : lanes, ...(groupOf && { groupOf: groupIn }) };
};
