import { text } from 'node:stream/consumers';
import { type Entry, fromBuffer, type ZipFile } from 'yauzl';

/** The files of a ZIP by name; the reader checks names, lengths and checksums. */
export const unzipped = async (zip: Buffer): Promise<Readonly<Record<string, string>>> => {
  const opened = await new Promise<ZipFile>((done, failed) =>
    fromBuffer(zip, { lazyEntries: true, validateEntrySizes: true }, (error, file) =>
      file ? done(file) : failed(error),
    ),
  );
  const files: Record<string, string> = {};
  await new Promise<void>((done, failed) => {
    opened.on('error', failed);
    opened.on('end', done);
    opened.on('entry', async (entry: Entry) => {
      try {
        files[entry.fileName] = await contentOf(opened, entry);
        opened.readEntry();
      } catch (error) {
        failed(error);
      }
    });
    opened.readEntry();
  });
  return files;
};

const contentOf = async (zip: ZipFile, entry: Entry): Promise<string> =>
  new Promise((done, failed) => {
    zip.openReadStream(entry, (error, stream) => (stream ? done(text(stream)) : failed(error)));
  });

export const jsonIn = (files: Readonly<Record<string, string>>, name: string) => JSON.parse(files[name] ?? 'null');

export const linesIn = (files: Readonly<Record<string, string>>, name: string) =>
  (files[name] ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
