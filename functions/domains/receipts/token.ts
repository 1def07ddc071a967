import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes } from 'node:crypto';
import type { Context } from '../accounts/context.ts';
import { findSecret, getSigningSecret } from '../accounts/tokens/actions.ts';
import type { TokenSecret } from '../accounts/tokens/token.ts';
import { itemOf, type ReceiptItem, referenceOf } from './item.ts';
import { type Outcome, outcomes } from './outcome.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

/** What a receipt says. It is all in the token: nothing is stored for it. */
export interface ReceiptContents {
  readonly outcome: Outcome;
  readonly source: string;
  readonly receivedAt: Date;
  readonly item: ReceiptItem;
}

const ALGORITHM = 'aes-256-ctr';
const NONCE_BYTES = 8;
const BLOCK_BYTES = 16;
const CHECK_BYTES = 8;
/** `<id of the secret><base64url of the initialization vector and the encrypted check and text>` */
const TOKEN = /^([A-Za-z0-9]{8})([A-Za-z0-9_-]{100,400})$/;

/** The longest reference is the id of an event: 64 characters of the profile, and 26 of time and hash. */
const REFERENCE_LENGTH = 90;
const TIME_LENGTH = 9;

/**
 * Makes the receipt of each item, in order. A receipt is an encrypted text: it costs no write, and tells a public caller
 * nothing. Receipts of one source have one length, whatever their outcome.
 *
 * All are encrypted in one pass, each from a block of its own: a cipher for each would take ten times as long.
 */
export const createReceipts = async (all: readonly ReceiptContents[], context: Deps): Promise<string[]> => {
  const secret = await getSigningSecret('receipt', context);
  const { cipher: key, check } = keysOf(secret);
  const plain = all.map((one) => toBlocks(toText(one), check));
  const nonce = randomBytes(NONCE_BYTES);
  const encrypted = createCipheriv(ALGORITHM, key, initializationVector(nonce, 0)).update(Buffer.concat(plain));
  let at = 0;
  return plain.map(({ length }) => {
    const own = [initializationVector(nonce, at / BLOCK_BYTES), encrypted.subarray(at, at + length)];
    at += length;
    return secret.id + Buffer.concat(own).toString('base64url');
  });
};

/** Reads a receipt. Undefined if this account did not make it. */
export const openReceipt = async (token: string, context: Deps): Promise<ReceiptContents | undefined> => {
  const [, id, sealed = ''] = TOKEN.exec(token) ?? [];
  const secret = id === undefined ? undefined : await findSecret({ purpose: 'receipt', id }, context);
  if (!secret) return undefined;
  const { cipher: key, check } = keysOf(secret);
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, BLOCK_BYTES));
  const plain = decipher.update(bytes.subarray(BLOCK_BYTES));
  const text = plain.toString('latin1', CHECK_BYTES).trimEnd();
  return toBlocks(text, check).equals(plain) ? fromText(text) : undefined;
};

/** The counter mode of AES counts blocks in the second half. */
const initializationVector = (nonce: Buffer, block: number): Buffer => {
  const vector = Buffer.alloc(BLOCK_BYTES);
  nonce.copy(vector);
  vector.writeBigUInt64BE(BigInt(block), NONCE_BYTES);
  return vector;
};

/** Whole blocks with the text, and before it a keyed hash that shows a change. */
const toBlocks = (text: string, check: string): Buffer => {
  const length = Math.ceil((CHECK_BYTES + text.length) / BLOCK_BYTES) * BLOCK_BYTES;
  const bytes = Buffer.alloc(length, ' ');
  bytes.write(hash('sha256', check + text, 'binary').slice(0, CHECK_BYTES), 'binary');
  bytes.write(text, CHECK_BYTES, 'latin1');
  return bytes;
};

/** One character of the outcome, the time, and the reference at its full length. The source is the rest. */
const toText = ({ outcome, source, receivedAt, item }: ReceiptContents): string =>
  outcomes.indexOf(outcome) +
  receivedAt.getTime().toString(36).padStart(TIME_LENGTH, '0') +
  referenceOf(item).padEnd(REFERENCE_LENGTH) +
  source;

const fromText = (text: string): ReceiptContents | undefined => {
  const outcome = outcomes[Number(text.slice(0, 1))];
  if (outcome === undefined) return undefined;
  const referenceAt = 1 + TIME_LENGTH;
  const sourceAt = referenceAt + REFERENCE_LENGTH;
  return {
    outcome,
    receivedAt: new Date(Number.parseInt(text.slice(1, referenceAt), 36)),
    item: itemOf(text.slice(referenceAt, sourceAt).trimEnd()),
    source: text.slice(sourceAt),
  };
};

interface Keys {
  readonly cipher: Buffer;
  readonly check: string;
}

/** Deriving keys costs more than a receipt. The secrets themselves are cached, so that each is derived from once. */
const derived = new WeakMap<TokenSecret, Keys>();

const keysOf = (secret: TokenSecret): Keys => {
  const known = derived.get(secret);
  if (known) return known;
  const info = JSON.stringify(['tributary', 'receipt', secret.account, secret.id]);
  const bytes = Buffer.from(hkdfSync('sha256', Buffer.from(secret.secret, 'base64url'), '', info, 64));
  const keys = { cipher: bytes.subarray(0, 32), check: bytes.toString('latin1', 32) };
  derived.set(secret, keys);
  return keys;
};
