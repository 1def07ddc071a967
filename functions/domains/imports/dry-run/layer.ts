import { inParallel } from '../../../platform/parallel.ts';
import { type Key, keyString } from '../../../platform/table/definition.ts';
import type { Item } from '../../../platform/table/entity.ts';
import type { Layer } from '../../../platform/table/overlay/overlay.ts';
import type { Written } from '../kinds/change.ts';
import { type Entry, entriesIn, lineOf, type Sorted, wanted } from './sorted-file.ts';

const PARALLEL = 8;

/** The latest version of each item, by key, in memory. */
const openMemory = () => {
  let kept = new Map<string, Map<string, string>>();
  let bytes = 0;
  return {
    textOf: ({ pk, sk }: Key): string | undefined => kept.get(pk)?.get(sk),
    put: ([pk, sk, item]: Entry): void => {
      const line = lineOf([pk, sk, item]);
      const items = kept.get(pk) ?? new Map<string, string>();
      kept.set(pk, items);
      bytes += line.length - (items.get(sk)?.length ?? 0);
      items.set(sk, line);
    },
    list: (pk: string): readonly Entry[] => [...(kept.get(pk)?.values() ?? [])].flatMap(entriesIn),
    all: (): (readonly [pk: string, sk: string, line: string])[] =>
      [...kept].flatMap(([pk, items]) => [...items].map(([sk, line]) => [pk, sk, line] as const)),
    /** The approximate size in characters. */
    size: () => bytes,
    clear: (): void => {
      kept = new Map();
      bytes = 0;
    },
  };
};

/**
 * The writes of a dry run so far: the latest in memory, earlier ones in sorted files. A window's writes can be taken
 * out and stored with its checkpoint.
 */
export const openLayer = (sorted: readonly Sorted[]) => {
  /** Newest first. */
  let files = sorted.toReversed();
  const memory = openMemory();
  /** The items that the window has looked up in files. */
  let read = new Map<string, Item | null | undefined>();
  let changed = new Map<string, Key>();
  let written: Written[] = [];

  const latest = (key: Key): Item | null | undefined => {
    const text = memory.textOf(key);
    return text === undefined ? read.get(keyString(key)) : entriesIn(text)[0]?.[2];
  };

  const layer: Layer = {
    latest,
    async find(keys) {
      const unknown =
        files.length === 0 ? [] : keys.filter((key) => latest(key) === undefined && !read.has(keyString(key)));
      const found = await findIn(files, unknown);
      for (const key of unknown) read.set(keyString(key), found.get(keyString(key)));
      return keys.map(latest);
    },
    async list(pk) {
      const older = await inParallel(files.toReversed(), PARALLEL, (file) => file.list(pk));
      return new Map([...older.flat(), ...memory.list(pk)].map(([, sk, item]) => [sk, item]));
    },
    put(key, item, before) {
      memory.put([key.pk, key.sk, item]);
      changed.set(keyString(key), key);
      written.push({ key, before, after: item });
    },
  };

  return {
    ...layer,
    hold: memory.put,
    size: memory.size,
    all: memory.all,
    /** Returns the writes since the last call, and the resulting items. */
    take: (): { readonly written: readonly Written[]; readonly lines: string } => {
      const lines = [...changed.values()].map((key) => memory.textOf(key) ?? '').join('');
      const writes = { written, lines };
      read = new Map();
      changed = new Map();
      written = [];
      return writes;
    },
    /** Clears the memory, since a file has the items now. */
    moveTo: (file: Sorted): void => {
      files = [file, ...files];
      memory.clear();
    },
  };
};

/** Looks keys up in files. The newest file with a key wins. */
const findIn = async (files: readonly Sorted[], keys: readonly Key[]): Promise<ReadonlyMap<string, Item | null>> => {
  const found = new Map<string, Item | null>();
  let open = keys.map(wanted);
  for (const file of files) {
    if (open.length === 0) break;
    for (const [pk, sk, item] of await file.find(open)) found.set(keyString({ pk, sk }), item);
    open = open.filter((one) => !found.has(one.label));
  }
  return found;
};
