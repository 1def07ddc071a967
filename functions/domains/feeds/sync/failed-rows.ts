import type { Files } from '../../../platform/storage/files.ts';
import { listKeys } from '../../../platform/storage/files.ts';
import { toByteStream } from '../../../platform/storage/line-files.ts';
import { recordOf } from '../../imports/csv/fields.ts';
import { toCell } from '../../imports/csv/formulas.ts';
import { errorsPrefix, type FeedSync, failedRowsKey } from '../records/sync.ts';
import { recordsBelow } from './shards.ts';

const COLUMNS = ['row', 'place', 'id', 'field', 'problem'];

/** Writes all failed rows of a sync into one CSV file. False if there is none. */
export const writeFailedRows = async (sync: FeedSync, files: Files): Promise<boolean> => {
  const prefix = errorsPrefix(sync);
  const first = await listKeys(prefix, files).next();
  if (first.done) return false;
  await files.writeStream(failedRowsKey(sync), toByteStream(linesOf(prefix, files)), 'text/csv; charset=utf-8');
  return true;
};

async function* linesOf(prefix: string, files: Files): AsyncGenerator<string> {
  yield recordOf(COLUMNS, ',');
  for await (const { row, place, id, field, message } of recordsBelow(prefix, files))
    yield recordOf(
      [row, place, id, field, message].map((value) => toCell(value === undefined ? '' : String(value))),
      ',',
    );
}
