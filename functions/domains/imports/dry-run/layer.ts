import { inParallel } from '../../../platform/parallel.ts';
import { type Key, labelOf } from '../../../platform/table/definition.ts';
import type { Item } from '../../../platform/table/entity.ts';
import type { Layer } from '../../../platform/table/overlay.ts';
import { type Entry, entriesIn, lineOf, type Sorted, wanted } from './sorted.ts';

/** One write, in the order in which they came. */
export interface Written {
  readonly key: Key;
  readonly before: Item | undefined;
  readonly after: Item | null;
}

const PARALLEL = 8;

/**
 * What a dry run has written so far: the latest of it here, as text, what came before in sorted files. A window's writes
 * can be taken out, to be kept with its checkpoint.
 */
export const openLayer = (sorted: readonly Sorted[]) => {
  /** The newest first. */
  let files = sorted.toReversed();
  let kept = new Map<string, Map<string, string>>();
  let bytes = 0;
  /** What the files said since the last window. */
  let said = new Map<string, Item | null | undefined>();
  let changed = new Map<string, Key>();
  let written: Written[] = [];

  const textOf = ({ pk, sk }: Key): string | undefined => kept.get(pk)?.get(sk);
  const hold = ([pk, sk, item]: Entry): void => {
    const line = lineOf([pk, sk, item]);
    const items = kept.get(pk) ?? new Map<string, string>();
    kept.set(pk, items);
    bytes += line.length - (items.get(sk)?.length ?? 0);
    items.set(sk, line);
  };
  const latest = (key: Key): Item | null | undefined => {
    const text = textOf(key);
    return text === undefined ? said.get(labelOf(key)) : entriesIn(text)[0]?.[2];
  };

  const layer: Layer = {
    latest,
    async find(keys) {
      const unknown =
        files.length === 0 ? [] : keys.filter((key) => latest(key) === undefined && !said.has(labelOf(key)));
      const found = new Map<string, Item | null>();
      let open = unknown.map(wanted);
      for (const file of files) {
        if (open.length === 0) break;
        for (const [pk, sk, item] of await file.find(open)) found.set(labelOf({ pk, sk }), item);
        open = open.filter((one) => !found.has(one.label));
      }
      for (const key of unknown) said.set(labelOf(key), found.get(labelOf(key)));
      return keys.map(latest);
    },
    async list(pk) {
      const older = await inParallel(files.toReversed(), PARALLEL, (file) => file.list(pk));
      const own = [...(kept.get(pk)?.values() ?? [])].flatMap(entriesIn);
      return new Map([...older.flat(), ...own].map(([, sk, item]) => [sk, item]));
    },
    put(key, item, before) {
      hold([key.pk, key.sk, item]);
      changed.set(labelOf(key), key);
      written.push({ key, before, after: item });
    },
  };

  return {
    ...layer,
    hold,
    /** About as many characters are here. */
    size: () => bytes,
    /** The writes since the last time, and the items that they left. */
    take: (): { readonly written: readonly Written[]; readonly lines: string } => {
      const lines = [...changed.values()].map((key) => textOf(key) ?? '').join('');
      const taken = { written, lines };
      said = new Map();
      changed = new Map();
      written = [];
      return taken;
    },
    all: (): (readonly [pk: string, sk: string, line: string])[] =>
      [...kept].flatMap(([pk, items]) => [...items].map(([sk, line]) => [pk, sk, line] as const)),
    /** What is here is in a file from now on. */
    moveTo: (file: Sorted): void => {
      files = [file, ...files];
      kept = new Map();
      bytes = 0;
    },
  };
};
