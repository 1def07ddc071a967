import { FeedError } from '../content/feed-error.ts';
import { formatOf } from '../content/format.ts';
import { xmlReader } from '../rows/xml.ts';
import type { WebFeed } from './feed.ts';

/** Throws a `FeedError` unless this is JSON or XML to its end, as declared. */
export const checkContent = (content: Buffer, format: WebFeed['format']): void => {
  formatOf(content, format);
  if (format === 'json') checkJson(content);
  else checkXml(content);
};

const checkJson = (content: Buffer): void => {
  try {
    // Removes a byte order mark too.
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 200) : '';
    throw new FeedError(`The feed is not valid JSON: ${why}`, { cause: error });
  }
};

/** By the reader of catalog feeds, which refuses document types. What it reads is dropped. */
const checkXml = (content: Buffer): void => {
  const reader = xmlReader(undefined, content);
  reader.push(content);
  reader.end();
};
