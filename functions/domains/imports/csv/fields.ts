/**
 * Splits a record with matching quotes into fields. A quote within an unquoted field is literal. Spaces around quotes
 * are ignored.
 */
export const fieldsOf = (record: string, delimiter: string): string[] => {
  const line = withoutLineEnd(record);
  if (!line.includes('"')) return line.split(delimiter);
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const { field, end } = quoted(line, at, delimiter) ?? plain(line, at, delimiter);
    fields.push(field);
    if (end >= line.length) return fields;
    at = end + 1;
    if (at === line.length) return [...fields, ''];
  }
};

export const withoutLineEnd = (record: string): string => {
  if (record.endsWith('\r\n')) return record.slice(0, -2);
  return record.endsWith('\n') || record.endsWith('\r') ? record.slice(0, -1) : record;
};

const plain = (line: string, start: number, delimiter: string) => {
  const found = line.indexOf(delimiter, start);
  const end = found === -1 ? line.length : found;
  return { field: line.slice(start, end), end };
};

const quoted = (line: string, at: number, delimiter: string) => {
  const open = behindSpaces(line, at);
  if (line[open] !== '"') return undefined;
  const start = open + 1;
  let close = line.indexOf('"', start);
  while (close !== -1 && line[close + 1] === '"') close = line.indexOf('"', close + 2);
  const stop = close === -1 ? line.length : close;
  const end = behindSpaces(line, stop + 1);
  if (open > at && (close === -1 || (end < line.length && line[end] !== delimiter))) return undefined;
  return { field: line.slice(start, stop).replaceAll('""', '"'), end };
};

const behindSpaces = (line: string, from: number): number => {
  let at = from;
  while (line[at] === ' ') at += 1;
  return at;
};

/** Writes a record with its line end. `fieldsOf` reads the same fields back. */
export const recordOf = (fields: readonly string[], delimiter: string): string => {
  const isBlank = fields.length === 1 && fields[0] === '';
  const cells = fields.map((field) =>
    isBlank || field.includes(delimiter) || /["\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field,
  );
  return `${cells.join(delimiter)}\r\n`;
};
