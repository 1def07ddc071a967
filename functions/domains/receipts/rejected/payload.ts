/** An item of the table has at most 400 KB. Text of JSON is three to ten times as large as this. */
const MAX_STORED = 64 * 1024;
/** Larger texts are neither read nor compressed: the work for what is refused has a limit too. */
export const MAX_TEXT = 1024 * 1024;

/** Few requests are refused: the module is loaded on first use. */
const zlib = () => process.getBuiltinModule('node:zlib');

/** The payload as it is stored, or undefined if it is too large. */
export const packPayload = (text: string): string | undefined => {
  const packed = zlib().deflateRawSync(text).toString('base64');
  return packed.length > MAX_STORED ? undefined : packed;
};

export const unpackPayload = (packed: string): string =>
  zlib().inflateRawSync(Buffer.from(packed, 'base64')).toString('utf8');
