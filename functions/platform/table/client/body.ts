/** Members of requests that hold values of the table, which DynamoDB wants in its own types; all else is JSON as it is. */
const TYPED: Readonly<Record<string, 'attributes' | 'keys' | 'values' | 'tables'>> = {
  Item: 'attributes',
  Key: 'attributes',
  ExpressionAttributeValues: 'attributes',
  Keys: 'keys',
  Parameters: 'values',
  // Its members are named by tables, not by DynamoDB.
  RequestItems: 'tables',
};

const START_BYTES = 64 * 1024;
/** A buffer that one request has made larger is not kept for the next. */
const KEPT_BYTES = 4 * 1024 * 1024;

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;

/**
 * Writes requests from plain values to the bytes that are sent, in one pass: objects of DynamoDB's types in between, a
 * text of them and its bytes take four times as long, and a garbage collector's time besides. Undefined members are left
 * out, binary values can't be sent.
 */
export const openBodies = () => {
  let bytes = Buffer.allocUnsafe(START_BYTES);
  let at = 0;

  const reserve = (more: number): void => {
    if (at + more <= bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(bytes.length * 2, at + more));
    bytes.copy(larger, 0, 0, at);
    bytes = larger;
  };

  const ascii = (text: string): void => {
    reserve(text.length);
    const to = bytes;
    let end = at;
    for (let i = 0; i < text.length; i++) to[end++] = text.charCodeAt(i);
    at = end;
  };

  const quoted = (text: string): void => {
    const { length } = text;
    reserve(2 * length + 2);
    const to = bytes;
    let end = at;
    to[end++] = QUOTE;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code === QUOTE || code === BACKSLASH) to[end++] = BACKSLASH;
      else if (code < 32 || code > 126) {
        at = end;
        escaped(text.slice(i));
        return;
      }
      to[end++] = code;
    }
    to[end++] = QUOTE;
    at = end;
  };

  /** The rest of a text, with what needs more than a backslash. */
  const escaped = (rest: string): void => {
    const text = JSON.stringify(rest);
    reserve(3 * text.length);
    at += bytes.write(text.slice(1), at);
  };

  const typed = (value: unknown): void => {
    switch (typeof value) {
      case 'string':
        ascii('{"S":');
        quoted(value);
        ascii('}');
        return;
      case 'number':
        if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER)
          throw new Error(`${value} is no number that the table can hold.`);
        ascii(`{"N":"${value}"}`);
        return;
      case 'boolean':
        ascii(value ? '{"BOOL":true}' : '{"BOOL":false}');
        return;
      case 'object':
        if (value === null) ascii('{"NULL":true}');
        else if (Array.isArray(value)) wrapped('{"L":', value, typed);
        else if (isMap(value)) {
          ascii('{"M":');
          members(value, typed);
          ascii('}');
        }
        return;
      default:
        throw new Error(`The table can't hold a ${typeof value}.`);
    }
  };

  const members = (of: Members, each: (value: unknown, name: string) => void): void => {
    let before = '{';
    for (const name in of) {
      const value = of[name];
      if (value === undefined) continue;
      ascii(before);
      quoted(name);
      ascii(':');
      each(value, name);
      before = ',';
    }
    ascii(before === '{' ? '{}' : '}');
  };

  const list = (of: readonly unknown[], each: (value: unknown) => void): void => {
    ascii('[');
    const start = at;
    for (const value of of) {
      if (value === undefined) continue;
      if (at > start) {
        reserve(1);
        bytes[at++] = COMMA;
      }
      each(value);
    }
    ascii(']');
  };

  const wrapped = (before: string, of: readonly unknown[], each: (value: unknown) => void): void => {
    ascii(before);
    list(of, each);
    ascii('}');
  };

  const member = (value: unknown, name: string): void => {
    const kind = TYPED[name];
    if (kind === undefined) json(value);
    else if (Array.isArray(value)) list(value, kind === 'values' ? typed : attributes);
    else if (isMap(value)) members(value, kind === 'tables' ? json : typed);
  };

  const attributes = (value: unknown): void => {
    if (isMap(value)) members(value, typed);
  };

  const json = (value: unknown): void => {
    if (typeof value === 'string') quoted(value);
    else if (Array.isArray(value)) list(value, json);
    else if (isMap(value)) members(value, member);
    else ascii(JSON.stringify(value));
  };

  return (request: object): Buffer => {
    at = 0;
    if (bytes.length > KEPT_BYTES) bytes = Buffer.allocUnsafe(START_BYTES);
    json(request);
    return Buffer.from(bytes.subarray(0, at));
  };
};

type Members = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
