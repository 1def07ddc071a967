import { createHash } from 'node:crypto';
import { domainToUnicode } from 'node:url';
import { unpackPayload } from '../../../../functions/domains/receipts/rejected/payload.ts';
import type { startShop } from '../shop.ts';

type Shop = Awaited<ReturnType<typeof startShop>>;

/** The middle of an identifier's base64 at any offset: its ends depend on the neighboring bytes. */
const inBase64 = (value: string): string[] =>
  [0, 1, 2].map((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64');
    return whole.slice(offset === 0 ? 0 : 4);
  });

const hashed = (value: string): string[] => {
  const digest = createHash('sha256').update(value).digest();
  return [digest.toString('hex'), digest.toString('base64').slice(0, -1), digest.toString('base64url')];
};

const spelled = (value: string): string[] => {
  const [local, domain] = value.split('@');
  return domain === undefined ? [value, value.replace(/^\+/, '')] : [value, `${local}@${domainToUnicode(domain)}`];
};

/** Every text form of an identifier that a search could recognize. */
export const formsOf = (identifiers: readonly string[]): readonly string[] => [
  ...new Set(
    identifiers
      .flatMap(spelled)
      .flatMap((value) => [value, value.toLowerCase(), value.toUpperCase()])
      .flatMap((value) => [
        value,
        JSON.stringify(value).slice(1, -1),
        encodeURIComponent(value),
        Buffer.from(value).toString('hex'),
        ...inBase64(value),
        ...hashed(value),
      ]),
  ),
];

/** The payload of a rejected item is compressed. */
const unpacked = ({ type, payload }: Awaited<ReturnType<Shop['items']>>[number]): string =>
  type?.S === 'rejected_item' && payload?.S !== undefined ? unpackPayload(payload.S) : '';

/** The places of any of these forms: items by type and key, objects by key, messages and log lines. */
export const tracesOf = async (shop: Shop, identifiers: readonly string[]): Promise<readonly string[]> => {
  const forms = formsOf(identifiers);
  const has = (text: string): boolean => forms.some((form) => text.includes(form));
  const items = (await shop.items()).filter(({ type }) => type?.S !== 'deletion_job');
  return [
    ...items.flatMap((item) =>
      has(JSON.stringify(item)) || has(unpacked(item))
        ? [
            `item ${item.type?.S} ${item.pk?.S} ${item.sk?.S} ${item.status?.S ?? ''} ${item.key?.S ?? ''} ${item.error?.S ?? ''}`,
          ]
        : [],
    ),
    ...(await shop.files()).flatMap(([key, text]) => (has(key) || has(text) ? [`object ${key}`] : [])),
    // The item of a file sent by SFTP names it for a quarter of an hour.
    ...shop.told
      .filter((message) => has(message) && !message.includes('"sent-by-sftp"'))
      .map((message) => `message ${message}`),
    ...shop.lines.filter(has).map((line) => `line ${line}`),
  ];
};
