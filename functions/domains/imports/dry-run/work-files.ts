import { inParallel } from '../../../platform/parallel.ts';
import { type Files, listKeys } from '../../../platform/storage/files.ts';
import { readBytes } from '../../../platform/storage/ranges.ts';
import type { Chunk } from '../jobs/chunk.ts';
import { workFolder } from '../places/folders.ts';
import { openLayer } from './layer.ts';
import { entriesIn, openSorted, sortedFile } from './sorted-file.ts';

type Place = Pick<Chunk, 'account' | 'job'>;

/** A file of writes: rows after `start` up to `end`. */
interface Piece {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  /**
   * `written`: the writes of one window in order. `sorted`: the items of many windows by key. `index`: the index of a
   * sorted file.
   */
  readonly form: 'written' | 'sorted' | 'index';
}

const prefixOf = ({ account, job }: Place): string => `${workFolder}${account}/${job}/dry-run/`;
const padded = (row: number): string => String(row).padStart(12, '0');
const keyOf = (place: Place, { start, end, form }: Omit<Piece, 'key'>): string =>
  `${prefixOf(place)}${padded(start)}-${padded(end)}.${form}`;
const NAME = /(\d{12})-(\d{12})\.(written|sorted|index)$/;

const listPieces = async (place: Place, files: Files): Promise<Piece[]> => {
  const pieces: Piece[] = [];
  for await (const key of listKeys(prefixOf(place), files)) {
    const [, start, end, form] = NAME.exec(key) ?? [];
    if (form === 'written' || form === 'sorted' || form === 'index')
      pieces.push({ key, start: Number(start), end: Number(end), form });
  }
  return pieces;
};

const PARALLEL = 16;
/** Enough for about thirty thousand new people. */
const LAYER_BYTES = 64 * 1024 * 1024;

/**
 * Opens the writes of a dry run up to a checkpoint, which are stored in the bucket. Later files were left by a killed
 * run and are removed, since their rows are read again.
 */
export const openPieces = async (chunk: Chunk, files: Files, layerBytes = LAYER_BYTES) => {
  const found = await listPieces(chunk, files);
  const indexes = found.filter(({ form, end }) => form === 'index' && end <= chunk.row);
  const isSorted = ({ start, end }: Piece): boolean => indexes.some((one) => one.start <= start && one.end >= end);
  const isLeft = (piece: Piece): boolean =>
    piece.end > chunk.row || (piece.form === 'written' ? isSorted(piece) : !isSorted(piece));
  await inParallel(found.filter(isLeft), PARALLEL, ({ key }) => files.remove(key));

  const open = (index: Buffer, { start, end }: Omit<Piece, 'key' | 'form'>) =>
    openSorted(index, async (from, to) =>
      (await readBytes(keyOf(chunk, { start, end, form: 'sorted' }), { start: from, end: to }, files)).toString(),
    );
  const sorted = await inParallel(indexes, PARALLEL, async (piece) =>
    open(await readBytes(piece.key, { start: 0 }, files), piece),
  );
  const layer = openLayer(sorted);
  let loose = found.filter((piece) => piece.form === 'written' && !isLeft(piece));
  const texts = await inParallel(loose, PARALLEL, ({ key }) => files.readText(key));
  for (const text of texts) for (const entry of entriesIn(text ?? '')) layer.hold(entry);

  return {
    layer,
    /** Called before the checkpoint of a window, to store the writes of its rows. */
    keep: async (start: number, end: number, lines: string): Promise<void> => {
      if (lines === '') return;
      const key = keyOf(chunk, { start, end, form: 'written' });
      await files.write(key, lines, 'application/x-ndjson');
      loose.push({ key, start, end, form: 'written' });
    },
    /** Called after a checkpoint: moves the layer to a sorted file if it is too large for memory. */
    rest: async (): Promise<void> => {
      const [first, last] = [loose[0], loose.at(-1)];
      if (layer.size() < layerBytes || !first || !last) return;
      const place = { start: first.start, end: last.end };
      const { content, index } = sortedFile(layer.all());
      await files.write(keyOf(chunk, { ...place, form: 'sorted' }), content, 'application/x-ndjson');
      // A sorted file is valid only with its index, which is written last.
      await files.write(keyOf(chunk, { ...place, form: 'index' }), index, 'application/octet-stream');
      layer.moveTo(open(index, place));
      await inParallel(loose, PARALLEL, ({ key }) => files.remove(key));
      loose = [];
    },
  };
};

export const removePieces = async (place: Place, files: Files): Promise<void> => {
  await inParallel(await listPieces(place, files), PARALLEL, ({ key }) => files.remove(key));
};
