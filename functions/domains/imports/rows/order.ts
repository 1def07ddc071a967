import { cellsReader } from '../csv/record-cells.ts';
import type { Job, Layout } from '../job.ts';
import { readerFor } from '../layout.ts';
import { mapped } from '../mappings/mapping.ts';

/** Whether chunks can be worked on side by side, and which rows one chunk has to hold together. */
export const orderOf = (job: Pick<Job, 'kind' | 'key' | 'isDryRun'>, layout: Layout, lanes: number) => {
  const reader = readerFor(job, layout);
  if (reader.kind === 'profiles') return { lanes: 1 };
  const { headers, mapping } = layout;
  const { cellsOf } = mapped(layout, mapping);
  const readCells = cellsReader(layout);
  const { file } = reader;
  const { groupOf } = file;
  const groupIn = (record: string) => {
    const cells = readCells(record);
    return cells.length === headers.length ? groupOf?.({ cells: cellsOf(cells) }) : undefined;
  };
  // A dry run finds what earlier rows would have written, which has to be there.
  return { lanes: file.isOrdered || job.isDryRun ? 1 : lanes, ...(groupOf && { groupOf: groupIn }) };
};
