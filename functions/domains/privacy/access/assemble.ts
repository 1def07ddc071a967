import { PassThrough } from 'node:stream';
import { ZipFile } from 'yazl';
import { type ExportDeps, fileNameOf, type SectionInfo } from '../../../model/personal-data/section.ts';
import { htmlString } from '../../../platform/html.ts';
import type { Files } from '../../../platform/storage/files.ts';
import { parseRecord, readLines, toByteStream } from '../../../platform/storage/line-files.ts';
import type { Item } from '../../../platform/table/entity.ts';
import type { PersonRecord } from '../../profiles/records/person-record.ts';
import { declarations } from '../declarations/declarations.ts';
import { type AccessJob, fileKey, partKeys } from './job.ts';
import { overview, readme } from './overview.ts';
import { sections } from './sections.ts';
import { asCsv, asJson, asJsonLines } from './table-file.ts';

const ledgers = declarations.flatMap((holder) => holder.export.ledger ?? []);

/** Streams the gathered parts into one file. A run that is killed starts again from the beginning. */
export const assemble = async (job: AccessJob, person: PersonRecord, context: ExportDeps): Promise<void> => {
  const files = context.imports();
  const zip = new ZipFile();
  const options = { mtime: new Date(job.createdAt) };
  const add = (name: string, open: () => AsyncIterable<string>): void =>
    zip.addReadStreamLazy(name, options, (opened) => opened(null, toByteStream(open())));
  const addText = (name: string, text: string): void => zip.addBuffer(Buffer.from(text), name, options);

  const proofs = await Promise.all(
    ledgers.map(async (ledger) => ({ ledger, ...(await ledger.read(person, context)) })),
  );
  const shown = await Promise.all(
    sections.map(async (section) => ({
      section,
      count: countOf(job, section),
      first: await readFirstRecords(job, section, files),
    })),
  );
  const report = { job, shown, ledgers: proofs };
  addText('README.txt', readme(report));
  addText('index.html', htmlString(overview(report)));
  for (const { ledger, entries, page, json } of proofs) {
    if (entries === 0) continue;
    addText(`${ledger.name}.html`, htmlString(page));
    addText(`${ledger.name}.json`, `${JSON.stringify(json, null, 2)}\n`);
  }
  for (const { section, count } of shown) {
    if (count === 0) continue;
    const lines = () => readLines(partKeys(job, section.name), files);
    add(fileNameOf(section), () => (section.isLong ? asJsonLines(lines()) : asJson(lines())));
    add(`${section.name}.csv`, () => asCsv(lines(), section));
  }
  zip.end();

  const packed = new PassThrough();
  zip.on('error', (error) => packed.destroy(error));
  zip.outputStream.pipe(packed);
  await files.writeStream(fileKey(job), packed, 'application/zip');
};

const countOf = ({ gathered }: AccessJob, { name }: SectionInfo): number => gathered.records[name] ?? 0;

/** How much of a section the page shows. The other files have all of it. */
const FIRST = { records: 200, bytes: 200_000 };

const readFirstRecords = async (job: AccessJob, { name }: SectionInfo, files: Files): Promise<Item[]> => {
  const shown: Item[] = [];
  let bytes = 0;
  for await (const lines of readLines(partKeys(job, name), files)) {
    for (const line of lines.slice(0, FIRST.records)) {
      bytes += line.length;
      if (bytes > FIRST.bytes && shown.length > 0) break;
      shown.push(parseRecord(line));
    }
    break;
  }
  return shown;
};
