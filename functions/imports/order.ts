import { fieldsOf } from './csv/fields.ts';
import { eventFile } from './event-file.ts';
import { type Job, type Layout, nameIn } from './job.ts';

/** Whether chunks can be worked on side by side, and which rows one chunk has to hold together. */
export const orderOf = ({ kind, key }: Job, { headers, delimiter }: Layout, lanes: number) => {
  if (kind === 'profiles') return { lanes: 1 };
  const file = eventFile(headers, nameIn(key));
  const { groupOf } = file;
  const groupIn = (record: string) => {
    const cells = fieldsOf(record, delimiter);
    return cells.length === headers.length ? groupOf?.({ cells }) : undefined;
  };
  return { lanes: file.isOrdered ? 1 : lanes, ...(groupOf && { groupOf: groupIn }) };
};
