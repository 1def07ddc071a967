import { Readable } from 'node:stream';
import { packingOf } from '../../functions/imports/archive.ts';
import { findHeader } from '../../functions/imports/plan.ts';
import { Unreadable } from '../../functions/imports/source.ts';
import { textHeadOf } from '../../functions/imports/unpack.ts';
import { Advice } from './advice.ts';

/** The headers of a file as an import would read them. */
export const headersOf = async (bytes: Buffer): Promise<string[]> => {
  const source = {
    size: bytes.length,
    stream: async (start: number, end: number) => Readable.from([bytes.subarray(start, end)]),
  };
  try {
    const { head, isWhole } = await textHeadOf(source, packingOf(bytes));
    const found = await findHeader(head.length + (isWhole ? 0 : 1), async (start, end) => head.subarray(start, end));
    if (found.kind === 'refused') throw new Advice(found.reason);
    return [...found.headers];
  } catch (error) {
    throw error instanceof Unreadable ? new Advice(error.message) : error;
  }
};
