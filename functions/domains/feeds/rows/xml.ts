import { SaxesParser } from 'saxes';
import { FeedError } from '../content/feed-error.ts';
import { ampersandEscaper } from './ampersands.ts';
import { type FeedRow, MAX_DEPTH, MAX_ROW_BYTES, NOT_TEXT, type RowReader, TOO_DEEP, TOO_LONG } from './row.ts';
import { xmlValues } from './xml-values.ts';

const GOOGLE = 'http://base.google.com/ns/1.0';
const MAX_PREFIXES = 100;

/** Where the products of feeds are that follow a standard. In others, each child of the root is one. */
const standardPaths: Readonly<Record<string, string>> = {
  rss: 'rss/channel/item',
  feed: 'feed/entry',
  'rdf:RDF': 'rdf:RDF/item',
};

/** Reads one product after another. Document types, and with them entities and external references, are refused. */
export const xmlReader = (path: string | undefined, head: Buffer): RowReader => {
  const decoder = decoderOf(head);
  const escapeAmpersands = ampersandEscaper();
  const parser = new SaxesParser();
  const open: string[] = [];
  const google = new Map<string, boolean>();
  let rows: FeedRow[] = [];
  let count = 0;
  let rowsPath = path;
  let row: ReturnType<typeof xmlValues> | undefined;

  /** The usual prefix of Google's names, whatever the prefix of this feed. */
  const nameOf = (qualified: string): string => {
    const colon = qualified.indexOf(':');
    return google.get(qualified.slice(0, colon)) ? `g:${qualified.slice(colon + 1)}` : qualified;
  };
  const isRow = (): boolean => (rowsPath === undefined ? open.length === 2 : open.join('/') === rowsPath);

  parser.on('error', (error) => {
    const why = error.message.replace(/^\d+:\d+: /, '').slice(0, 200);
    throw new FeedError(`The feed is not valid XML, in line ${parser.line}, after ${count} products: ${why}`);
  });
  parser.on('doctype', () => {
    throw new FeedError('The feed has a document type (DOCTYPE). Remove it: entities and references are not read.');
  });
  parser.on('opentag', ({ name, attributes }) => {
    for (const [attribute, value] of Object.entries(attributes))
      if (attribute.startsWith('xmlns:') && google.size < MAX_PREFIXES)
        google.set(attribute.slice(6), value === GOOGLE);
    if (open.length === 0) rowsPath ??= standardPaths[name];
    if (row) {
      row.open(nameOf(name), attributes);
      return;
    }
    if (open.length >= MAX_DEPTH) throw new FeedError(`The feed is nested deeper than ${MAX_DEPTH} levels.`);
    open.push(name);
    if (isRow()) row = xmlValues(attributes);
  });
  parser.on('text', (text) => row?.text(text));
  parser.on('cdata', (text) => row?.text(text));
  parser.on('closetag', () => {
    if (!row) {
      open.pop();
      return;
    }
    if (row.depth() > 0) {
      row.close();
      return;
    }
    count += 1;
    rows.push({ row: count, place: `/${open.join('/')}[${count}]`, ...contentOf(row) });
    row = undefined;
    open.pop();
  });

  const write = (text: string): readonly FeedRow[] => {
    rows = [];
    parser.write(text);
    return rows;
  };
  return {
    push: (piece) => write(escapeAmpersands(decoder.decode(piece, { stream: true }))),
    end() {
      const last = write(escapeAmpersands(decoder.decode(), true));
      parser.close();
      if (path !== undefined && count === 0)
        throw new FeedError(`The feed has no element at '${path}'. Correct the path of its products.`);
      return last;
    },
  };
};

const contentOf = (row: ReturnType<typeof xmlValues>) => {
  if (row.size() > MAX_ROW_BYTES) return { problem: TOO_LONG };
  if (row.deepest() > MAX_DEPTH) return { problem: TOO_DEEP };
  return row.hasBrokenText() ? { problem: NOT_TEXT } : { fields: row.fields() };
};

const decoderOf = (head: Buffer) => {
  if (head[0] === 0xff && head[1] === 0xfe) return new TextDecoder('utf-16le');
  if (head[0] === 0xfe && head[1] === 0xff) return new TextDecoder('utf-16be');
  const [, label = 'utf-8'] =
    /^[^<]{0,10}<\?xml[^>]{0,100}?encoding=["']([\w.-]{1,40})["']/.exec(head.toString('latin1', 0, 200)) ?? [];
  try {
    return new TextDecoder(label);
  } catch {
    throw new FeedError(`The feed has the encoding '${label}', which is not known. Save it as UTF-8.`);
  }
};
