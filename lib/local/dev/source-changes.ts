import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 150;

/**
 * Gives the sources that have changed from now on, batch by batch, until it is stopped. It looks for itself, since
 * Node's own watch of a folder on Linux loses a file that an editor replaces.
 */
export const changesIn = (folders: readonly string[], signal: AbortSignal): AsyncGenerator<string[]> =>
  changesSince(look(folders), folders, signal);

async function* changesSince(
  first: ReadonlyMap<string, string>,
  folders: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<string[]> {
  let before = first;
  while (!signal.aborted) {
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
    const now = look(folders);
    const changed = [...new Set([...before.keys(), ...now.keys()])].filter(
      (file) => before.get(file) !== now.get(file),
    );
    before = now;
    if (changed.length > 0) yield changed;
  }
}

const look = (folders: readonly string[]): Map<string, string> =>
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
