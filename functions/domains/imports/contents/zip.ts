import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, fromRandomAccessReader, RandomAccessReader, type ZipFile } from 'yauzl';
import type { RangeSource } from '../../../platform/storage/ranges.ts';
import { FileError } from '../outcomes/file-error.ts';
import { workbookInArchive } from './file-signatures.ts';

/** Reads the requested ranges from the bucket. */
class Ranges extends RandomAccessReader {
  readonly #source: RangeSource;

  constructor(source: RangeSource) {
    super();
    this.#source = source;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const through = new PassThrough();
    this.#source
      .stream(start, end)
      .then((stream) => pipeline(stream, through))
      .catch((error: unknown) => through.destroy(error instanceof Error ? error : new Error(String(error))));
    return through;
  }
}

const MAX_ENTRIES = 100;

/** Reads the only CSV of an archive. yauzl refuses absolute paths, `..`, and entries larger than declared. */
export async function* fromZip(source: RangeSource): AsyncGenerator<unknown> {
  const zip = await open(source);
  try {
    const entries = (await entriesOf(zip)).filter(({ fileName }) => !isOfSystem(fileName));
    const workbook = workbookInArchive(entries.map(({ fileName }) => fileName));
    if (workbook !== undefined) throw new FileError(workbook);
    const files = entries.filter(({ fileName }) => /\.(csv|tsv|txt)$/i.test(fileName));
    const [file] = files;
    if (!file || files.length > 1 || entries.length > files.length)
      throw new FileError(`The archive must contain one CSV file and nothing else. It contains ${listOf(entries)}.`);
    if (file.isEncrypted()) throw new FileError('The archive has a password. Pack it without a password.');
    let sum = 0;
    for await (const piece of await streamOf(zip, file)) {
      sum = crc32(piece, sum);
      yield piece;
    }
    // yauzl does not verify checksums. Without this check, corrupt data would be imported.
    if (sum !== file.crc32)
      throw new FileError('The archive is damaged: its file has another checksum. Pack it again.');
  } catch (error) {
    throw readable(error);
  } finally {
    zip.close();
  }
}

/** Wraps errors of the archive. Errors of S3 are left as they are. */
const readable = (error: unknown): unknown =>
  error instanceof Error && error.name === 'Error' && !('$metadata' in error)
    ? new FileError(`The archive can't be read (${error.message}). Pack it again.`)
    : error;

/** Folders, and files that macOS adds. */
const isOfSystem = (name: string): boolean => name.endsWith('/') || /(^|\/)(__MACOSX\/|\.DS_Store$)/.test(name);

const listOf = (entries: readonly Entry[]): string =>
  entries.length === 0
    ? 'nothing'
    : entries
        .slice(0, 5)
        .map(({ fileName }) => `'${fileName.slice(0, 100)}'`)
        .join(', ');

const open = (source: RangeSource): Promise<ZipFile> =>
  new Promise((resolve, reject) => {
    fromRandomAccessReader(new Ranges(source), source.size, { lazyEntries: true, autoClose: false }, (error, zip) =>
      error ? reject(readable(error)) : resolve(zip),
    );
  });

const entriesOf = (zip: ZipFile): Promise<Entry[]> =>
  new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      if (entries.length > MAX_ENTRIES) reject(new FileError(`The archive contains more than ${MAX_ENTRIES} files.`));
      else zip.readEntry();
    });
    zip.on('end', () => resolve(entries));
    zip.on('error', reject);
    zip.readEntry();
  });

const streamOf = (zip: ZipFile, entry: Entry): Promise<Readable> =>
  new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
  });
