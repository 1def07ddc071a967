import { ByteWriter } from './byte-writer.ts';

/** Members of requests with table values, which DynamoDB expects in its own types. All other members are plain JSON. */
const TYPED: Readonly<Record<string, 'attributes' | 'keys' | 'values' | 'tables'>> = {
  Item: 'attributes',
  Key: 'attributes',
  ExclusiveStartKey: 'attributes',
  ExpressionAttributeValues: 'attributes',
  Keys: 'keys',
  Parameters: 'values',
  // Its members are named after tables.
  RequestItems: 'tables',
};

/**
 * Marshals requests with plain values to bytes in one pass. Building objects of DynamoDB's types, then JSON, then bytes
 * takes four times as long and leaves more garbage. Skips undefined members. Throws for binary values.
 */
export const openMarshaller = () => {
  const to = new ByteWriter();
  return (request: object): Buffer => {
    to.reset();
    writeJson(to, request);
    return to.copy();
  };
};

type WriteValue = (to: ByteWriter, value: unknown, name: string) => void;
type Members = Readonly<Record<string, unknown>>;

const writeJson = (to: ByteWriter, value: unknown): void => {
  if (typeof value === 'string') to.quoted(value);
  else if (Array.isArray(value)) writeList(to, value, writeJson);
  else if (isMap(value)) writeMembers(to, value, writeMember);
  else to.ascii(JSON.stringify(value));
};

const writeMember = (to: ByteWriter, value: unknown, name: string): void => {
  const kind = TYPED[name];
  if (kind === undefined) writeJson(to, value);
  else if (Array.isArray(value)) writeList(to, value, kind === 'values' ? writeTyped : writeAttributes);
  else if (isMap(value)) writeMembers(to, value, kind === 'tables' ? writeJson : writeTyped);
};

const writeAttributes = (to: ByteWriter, value: unknown): void => {
  if (isMap(value)) writeMembers(to, value, writeTyped);
};

const writeTyped = (to: ByteWriter, value: unknown): void => {
  switch (typeof value) {
    case 'string':
      to.ascii('{"S":');
      to.quoted(value);
      to.ascii('}');
      return;
    case 'number':
      if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER)
        throw new Error(`The table can't hold the number ${value}.`);
      to.ascii(`{"N":"${value}"}`);
      return;
    case 'boolean':
      to.ascii(value ? '{"BOOL":true}' : '{"BOOL":false}');
      return;
    case 'object':
      writeTypedObject(to, value);
      return;
    default:
      throw new Error(`The table can't hold a ${typeof value}.`);
  }
};

const writeTypedObject = (to: ByteWriter, value: object | null): void => {
  if (value === null) to.ascii('{"NULL":true}');
  else if (Array.isArray(value)) {
    to.ascii('{"L":');
    writeList(to, value, writeTyped);
    to.ascii('}');
  } else if (isMap(value)) {
    to.ascii('{"M":');
    writeMembers(to, value, writeTyped);
    to.ascii('}');
  }
};

const writeMembers = (to: ByteWriter, members: Members, write: WriteValue): void => {
  let before = '{';
  for (const name in members) {
    const value = members[name];
    if (value === undefined) continue;
    to.ascii(before);
    to.quoted(name);
    to.ascii(':');
    write(to, value, name);
    before = ',';
  }
  to.ascii(before === '{' ? '{}' : '}');
};

const writeList = (
  to: ByteWriter,
  values: readonly unknown[],
  write: (to: ByteWriter, value: unknown) => void,
): void => {
  to.ascii('[');
  const start = to.length;
  for (const value of values) {
    if (value === undefined) continue;
    if (to.length > start) to.comma();
    write(to, value);
  }
  to.ascii(']');
};

const isMap = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
