import type { JobContext } from '../../platform/jobs/run.ts';
import { parseRecord, readLines } from '../../platform/storage/line-files.ts';
import { csvWriter } from './csv/write.ts';
import { type ExportJob, fileKey } from './records/job.ts';
import { sources } from './sources/sources.ts';

interface Assembled {
  readonly number: number;
  readonly parts: readonly string[];
}

/** Streams parts into one file. A run that is killed writes the file again from its beginning. */
export const assembleFile = async (
  job: ExportJob,
  { number, parts }: Assembled,
  { imports }: Pick<JobContext, 'imports'>,
): Promise<ExportJob['files'][number]> => {
  const files = imports();
  const counts = { bytes: 0, records: 0, leftOut: 0 };
  const isCsv = job.format === 'csv';
  const { header, rowOf } = csvWriter(sources[job.kind], job.columns);

  const textOf = (line: string): string => {
    const row = isCsv ? rowOf(parseRecord(line)) : `${line}\n`;
    counts[row === undefined ? 'leftOut' : 'records'] += 1;
    return row ?? '';
  };
  async function* content(): AsyncGenerator<Buffer> {
    const first = Buffer.from(isCsv ? header : '');
    counts.bytes = first.length;
    if (isCsv) yield first;
    for await (const lines of readLines(parts, files)) {
      const text = Buffer.from(lines.map(textOf).join(''));
      counts.bytes += text.length;
      yield text;
    }
  }
  await files.writeStream(fileKey(job, number), content(), isCsv ? 'text/csv; charset=utf-8' : 'application/x-ndjson');
  return counts;
};
