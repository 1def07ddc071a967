import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 150;

/**
 * Yields the sources that change from now on, in batches, until the signal aborts. It polls, because on Linux Node's
 * recursive `fs.watch` loses a file that an editor replaces.
 */
export const watchSources = (folders: readonly string[], signal: AbortSignal): AsyncGenerator<string[]> =>
  changesSince(readStates(folders), folders, signal);

async function* changesSince(
  first: ReadonlyMap<string, string>,
  folders: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<string[]> {
  let before = first;
  while (!signal.aborted) {
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
    const now = readStates(folders);
    const changed = [...new Set([...before.keys(), ...now.keys()])].filter(
      (file) => before.get(file) !== now.get(file),
    );
    before = now;
    if (changed.length > 0) yield changed;
  }
}

/** Identifies the content of each source, by file. */
const readStates = (folders: readonly string[]): Map<string, string> =>
  new Map(
    folders.flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => {
          const file = join(folder, name);
          const { ino, mtimeMs, size } = statSync(file, { throwIfNoEntry: false }) ?? {};
          return [file, `${ino} ${mtimeMs} ${size}`] as const;
        }),
    ),
  );
