import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceFiles } from './page.ts';

export interface WriteOptions {
  readonly out: string;
  /** The server for requests of "Try it out". */
  readonly server?: string;
}

/** Writes the reference to a folder, to be opened there or put on any web server. */
export const writeReference = (document: object, { out, server }: WriteOptions): void => {
  const spec = server === undefined ? document : { ...document, servers: [{ url: server }] };
  mkdirSync(out, { recursive: true });
  const files = referenceFiles({ spec }, server && new URL(server).origin);
  for (const [name, { content }] of Object.entries(files)) writeFileSync(join(out, name), content);
};
