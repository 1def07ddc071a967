import { open, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as v from 'valibot';
import { fieldsOf } from '../../../../functions/domains/imports/csv/fields.ts';
import { readRecords } from '../../../../functions/domains/imports/csv/read.ts';
import { Advice } from '../../cli/advice.ts';
import type { MovedRecord, Source, SourcePage } from '../transfer/records.ts';

const time = v.nullish(v.string());

const List = v.looseObject({
  id: v.union([v.number(), v.string()]),
  name: v.string(),
  subscription_status: v.nullish(v.string()),
  subscription_created_at: time,
  subscription_updated_at: time,
});

const Subscriber = v.looseObject({
  email: v.string(),
  name: v.nullish(v.string(), ''),
  attribs: v.nullish(v.record(v.string(), v.unknown()), {}),
  status: v.string(),
  updated_at: time,
  lists: v.nullish(v.array(List), []),
});
type Subscriber = v.InferOutput<typeof Subscriber>;

const Answer = v.object({ data: v.object({ results: v.array(Subscriber) }) });
const columns = ['email', 'name', 'attributes', 'status', 'updated_at'] as const;

/** Go writes 2020-02-10 23:07:16.199433 +0100 CET; the API has ISO times. */
const timeOf = (text: string | null | undefined): string | undefined => {
  const [, date, clock, zone] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d{4})/.exec(text ?? '') ?? [];
  const at = new Date(date === undefined ? (text ?? '') : `${date}T${clock}${zone}`);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
};

/**
 * What listmonk says of a person, and no more: `confirmed` is an opt-in at its time, `unsubscribed` an opt-out of one
 * list, `blocklisted` a suppression. `unconfirmed` is a member without consent: of a list with single opt-in, or before
 * the confirmation.
 */
export const recordsOf = ({ email, name, attribs, status, updated_at, lists }: Subscriber): MovedRecord[] => {
  const person = { email, phone_number: null, external_id: null };
  const updatedAt = timeOf(updated_at);
  const confirmedAt = lists
    .flatMap((list) => (list.subscription_status === 'confirmed' ? (timeOf(list.subscription_updated_at) ?? []) : []))
    .toSorted()
    .at(-1);
  const isBlocked = status === 'blocklisted' && updatedAt !== undefined;
  const profile = {
    ...person,
    properties: { ...attribs, ...(name !== null && name !== '' && { Name: name }) },
    consent:
      confirmedAt === undefined ? [] : [{ channel: 'email', type: 'marketing', status: 'SUBSCRIBED', at: confirmedAt }],
    suppressions: isBlocked ? [{ reason: 'USER_SUPPRESSED', at: updatedAt }] : [],
  };
  return [
    { kind: 'profiles', record: profile },
    ...lists.flatMap((list): MovedRecord[] => {
      const isOut = list.subscription_status === 'unsubscribed';
      const at = timeOf(isOut ? list.subscription_updated_at : list.subscription_created_at) ?? updatedAt;
      if (isOut && at === undefined) return [];
      const times = isOut ? { joined_at: null, opted_out_at: at } : { joined_at: at ?? null, opted_out_at: null };
      return [
        { kind: 'lists', record: { list: { id: `listmonk-${list.id}`, name: list.name }, ...times, profile: person } },
      ];
    }),
  ];
};

/** Files of listmonk: its export as CSV, or answers of `GET /api/subscribers` as JSON, which have the lists too. */
export const listmonkSource = (files: readonly string[]): Source => ({
  name: 'listmonk',
  units: async () => files.map((file) => ({ id: file, name: basename(file), target: { kind: 'profiles' } as const })),
  read: ({ id: file }, from) => (file.toLowerCase().endsWith('.json') ? readAnswer(file) : readCsv(file, from)),
});

async function* readAnswer(file: string): AsyncGenerator<SourcePage> {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Answer), await readFile(file, 'utf8'));
  if (!parsed.success) throw new Advice(`${file} is not an answer of GET /api/subscribers.`);
  yield { records: parsed.output.data.results.flatMap(recordsOf) };
}

async function* readCsv(file: string, from: string | undefined): AsyncGenerator<SourcePage> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const read = async (start: number, end: number): Promise<Buffer> => {
      const bytes = Buffer.alloc(end - start);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
      return bytes.subarray(0, bytesRead);
    };
    const delimiter = ',';
    let toSubscriber: ReturnType<typeof csvReader> | undefined;
    const [first] = (await readRecords(read, { from: 0, to: Math.min(size, 64 * 1024), delimiter }).next()).value ?? [];
    if (first) toSubscriber = csvReader(fieldsOf(first.text, delimiter), file);
    const start = from === undefined ? (first?.end ?? size) : Number(from);
    for await (const rows of readRecords(read, { from: start, to: size, delimiter })) {
      const end = rows.at(-1)?.end ?? size;
      const records = rows.flatMap(({ text }) =>
        text.trim() === '' || !toSubscriber ? [] : recordsOf(toSubscriber(fieldsOf(text, delimiter))),
      );
      yield { records, fraction: end / size, ...(end < size && { next: String(end) }) };
    }
    if (start >= size) yield { records: [] };
  } finally {
    await handle.close();
  }
}

const Attributes = v.fallback(v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown())), {});

const csvReader = (header: readonly string[], file: string) => {
  const names = header.map((name) => name.replace('\uFEFF', '').trim());
  const missing = columns.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Advice(`${file} is not an export of listmonk: it has no ${missing.join(', ')}.`);
  return (cells: readonly string[]): Subscriber => {
    const at = (name: (typeof columns)[number]): string => cells[names.indexOf(name)] ?? '';
    return {
      email: at('email'),
      name: at('name'),
      attribs: v.parse(Attributes, at('attributes')),
      status: at('status'),
      updated_at: at('updated_at'),
      lists: [],
    };
  };
};
