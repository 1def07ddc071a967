import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { Advice } from './advice.ts';

/** What a link leads to, piece by piece. */
export const contentAt = async (url: string): Promise<Readable> => {
  const { ok, status, body } = await fetch(url);
  if (!ok || !body) throw new Advice(`The file can't be downloaded (${status}). Ask for it again.`);
  return Readable.fromWeb(body);
};

/** A file of personal data: for its owner's eyes alone. */
export const ownersFile = (path: string) => createWriteStream(path, { mode: 0o600 });
