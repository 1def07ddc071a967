import { PassThrough } from 'node:stream';
import { ZipFile } from 'yazl';
import { textOf } from '../../../platform/html.ts';
import type { Item } from '../../../platform/table/entity.ts';
import type { Context } from '../../accounts/context.ts';
import { exportLedgers, exportPage } from '../../consent/ledger/export.ts';
import { ledgersOf } from '../../consent/ledger/partitions.ts';
import type { Held } from '../subjects/held.ts';
import { type AccessJob, fileKey } from './job.ts';
import { overview, readme } from './overview.ts';
import { linesOf, recordIn, streamOf } from './parts.ts';
import { fileNameOf, type Section } from './sections/section.ts';
import { sections } from './sections.ts';
import { asCsv, asJson, asJsonLines } from './table-file.ts';

type Reach = Pick<Context, 'account' | 'table' | 'imports' | 'now'>;

/** Puts what has been gathered into one file, as a stream: in one run, and again from the beginning where that is killed. */
export const assemble = async (job: AccessJob, held: Held, context: Reach): Promise<void> => {
  const files = context.imports();
  const zip = new ZipFile();
  const options = { mtime: new Date(job.createdAt) };
  const add = (name: string, open: () => AsyncIterable<string>): void =>
    zip.addReadStreamLazy(name, options, (opened) => opened(null, streamOf(open())));
  const addText = (name: string, text: string): void => zip.addBuffer(Buffer.from(text), name, options);

  const ledger = await exportLedgers(ledgersOf(held, job.account), held.profileIds[0] ?? '–', context);
  const shown = await Promise.all(
    sections.map(async (section) => ({
      section,
      count: countOf(job, section),
      first: await firstOf(job, section, files),
    })),
  );
  const told = { job, shown, entries: ledger.ledgers.reduce((sum, { entries }) => sum + entries, 0) };
  addText('README.txt', readme(told));
  addText('index.html', textOf(overview(told)));
  if (told.entries > 0) {
    addText('consent-ledger.html', textOf(exportPage(ledger)));
    addText('consent-ledger.json', `${JSON.stringify(ledger, null, 2)}\n`);
  }
  for (const { section, count } of shown) {
    if (count === 0) continue;
    const lines = () => linesOf(job, section.name, files);
    add(fileNameOf(section), () => (section.isLong ? asJsonLines(lines()) : asJson(lines())));
    add(`${section.name}.csv`, () => asCsv(lines(), section));
  }
  zip.end();

  const packed = new PassThrough();
  zip.on('error', (error) => packed.destroy(error));
  zip.outputStream.pipe(packed);
  await files.writeStream(fileKey(job), packed, 'application/zip');
};

const countOf = ({ gathered }: AccessJob, { name }: Section): number => gathered.records[name] ?? 0;

/** As many as the page shows: the whole is in the files beside it. */
const FIRST = { records: 200, bytes: 200_000 };

const firstOf = async (job: AccessJob, { name }: Section, files: ReturnType<Reach['imports']>): Promise<Item[]> => {
  const shown: Item[] = [];
  let bytes = 0;
  for await (const lines of linesOf(job, name, files)) {
    for (const line of lines.slice(0, FIRST.records)) {
      bytes += line.length;
      if (bytes > FIRST.bytes && shown.length > 0) break;
      shown.push(recordIn(line));
    }
    break;
  }
  return shown;
};
