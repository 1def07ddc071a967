import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

export interface Expected {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly duplicate: number;
  readonly failed: number;
}

/** Files about people. */
export type PersonKind = 'profiles' | 'events';
export type Kind = PersonKind | 'catalog';

/** The same number for the same seed and place. */
const mixed = (seed: number, i: number): number => {
  let n = Math.imul(seed ^ i, 0x9e3779b1);
  n = Math.imul(n ^ (n >>> 15), 0x85ebca6b);
  return (n ^ (n >>> 13)) >>> 0;
};

const names = ['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Frances', 'Ken', 'Margaret', 'Niklaus'];
const cities = ['Berlin', 'São Paulo', 'Zürich', 'Łódź', 'Kraków', 'Reykjavík', 'Lisboa', 'Wien'];
const pick = (from: readonly string[], n: number): string => from[n % from.length] ?? '';

type Outcome = keyof Expected;

/** What stands at a place, by its number alone: what is wrong or told again is at places that are known. */
const placeOf = (i: number): 'bad' | 'quote' | 'again' | 'change' | 'new' => {
  if (i % 1_000 === 499) return 'bad';
  if (i % 5_000 === 777) return 'quote';
  if (i > 100 && i % 50 === 25) return 'again';
  if (i > 100 && i % 200 === 150) return 'change';
  return 'new';
};

/** A place that is told of again was a new one: some rows before, or far away. */
const earlier = (i: number): number => {
  for (let at = i % 100 === 25 ? Math.max(i >> 1, i - 999_937) : i - 18; ; at++) if (placeOf(at) === 'new') return at;
};

const person = (seed: number, i: number, size: number): string => {
  const n = mixed(seed, i);
  const note = i % 7 === 3 ? `"says ""hi"", ${n % 100}\nand more"` : `note ${n % 1_000}`;
  return `p${i}-${n % 1_000}@example.com,${pick(names, n)},Name ${n % 5_000},${pick(cities, n >>> 3)},DE,${size},${note},${(n % 10_000) / 100}\n`;
};

const event = (seed: number, i: number, people: number): string => {
  const n = mixed(seed, i);
  const time = new Date(1_760_000_000_000 + (n % 10_000_000) * 1_000).toISOString();
  const note = i % 7 === 3 ? `"two\nlines, ${n % 100}"` : `note ${n % 1_000}`;
  return `p${n % people}@example.com,${time},e${i},${(n % 20_000) / 100},SKU-${n % 5_000},${note}\n`;
};

/** An item with a variant of its own id. */
const product = (seed: number, i: number, size: number): string => {
  const n = mixed(seed, i);
  const note = i % 7 === 3 ? `"two\nlines, ${n % 100}"` : `note ${n % 1_000}`;
  return `p${i},Product ${n % 5_000},${note},https://shop.example/p/${i},https://shop.example/p/${i}.jpg,${size}.50 EUR,${n % 100},${pick(names, n)}\n`;
};

const row = (
  kind: Kind,
  seed: number,
  i: number,
  { size, people }: Required<Pick<Asked, 'size' | 'people'>>,
): { readonly text: string; readonly outcome: Outcome } => {
  const place = placeOf(i);
  if (place === 'quote') return { text: `"p${i}@example.com,${'x,'.repeat(4)}\n`, outcome: 'failed' };
  if (kind === 'catalog') {
    if (place === 'bad') return { text: `,Nothing ${i},,,,1,1,\n`, outcome: 'failed' };
    if (place === 'again') return { text: product(seed, earlier(i), size), outcome: 'unchanged' };
    if (place === 'change') return { text: product(seed, i - 1, size + i), outcome: 'updated' };
    return { text: product(seed, i, size), outcome: 'created' };
  }
  if (kind === 'events') {
    if (place === 'bad') return { text: `p${i}@example.com,yesterday,e${i},1,SKU,\n`, outcome: 'failed' };
    if (place === 'again') return { text: event(seed, earlier(i), people), outcome: 'duplicate' };
    return { text: event(seed, i, people), outcome: 'created' };
  }
  if (place === 'bad') return { text: `nobody ${i},Eve,,,DE,1,,1\n`, outcome: 'failed' };
  if (place === 'again') return { text: person(seed, earlier(i), size), outcome: 'unchanged' };
  // Sizes are their own rows' numbers, so that a change is one however often the person is changed.
  if (place === 'change') return { text: person(seed, i - 1, size + i), outcome: 'updated' };
  return { text: person(seed, i, size), outcome: 'created' };
};

const optIn = {
  headers: ',Email Marketing Consent,Email Marketing Consent Timestamp,Consent Source',
  cells: ',Subscribed,2025-05-01T10:00:00Z,Newsletter form',
};

/** Adds cells to a line. */
const withCells = (line: string, cells: string): string => `${line.slice(0, -1)}${cells}\n`;

const headers: Readonly<Record<Kind, string>> = {
  profiles: 'Email,First Name,Last Name,City,Country,Size,Note,Score\n',
  catalog: 'id,title,description,link,image link,price,inventory quantity,brand\n',
  events: 'Person//Email,Timestamp,$event_id,$value,SKU,Note\n',
};

interface Asked {
  readonly kind: Kind;
  readonly rows: number;
  readonly seed: number;
  /** Another makes rows of the same people that say something new. */
  readonly size?: number;
  /** Of how many the events are. */
  readonly people?: number;
  /** Whether each person has opted in to e-mails. */
  readonly hasConsent?: boolean;
}

/** Writes a file of so many rows, always the same for a seed, and tells what has to become of them. */
export const writeImportFile = async (
  path: string,
  { kind, rows, seed, size = 1, people = 200_000, hasConsent = false }: Asked,
): Promise<Expected> => {
  const counts = { created: 0, updated: 0, unchanged: 0, duplicate: 0, failed: 0 };
  const file = createWriteStream(path);
  let text = hasConsent ? withCells(headers[kind], optIn.headers) : headers[kind];
  for (let i = 0; i < rows; i++) {
    const made = row(kind, seed, i, { size, people });
    text += hasConsent ? withCells(made.text, optIn.cells) : made.text;
    counts[made.outcome] += 1;
    if (text.length < 1_000_000) continue;
    if (!file.write(text)) await once(file, 'drain');
    text = '';
  }
  file.end(text);
  await once(file, 'finish');
  return counts;
};
