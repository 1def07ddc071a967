import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { Advice } from './advice.ts';

/** Downloads a URL as a stream. */
export const download = async (url: string): Promise<Readable> => {
  const { ok, status, body } = await fetch(url);
  if (!ok || !body) throw new Advice(`The file could not be downloaded (${status}). Run the command again.`);
  return Readable.fromWeb(body);
};

/** Opens a file for personal data, which only its owner may read. */
export const createPrivateFile = (path: string) => createWriteStream(path, { mode: 0o600 });
