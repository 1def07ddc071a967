import busboy from '@fastify/busboy';

interface Limits {
  readonly fields: number;
  readonly bytes: number;
}

export type Multipart =
  | { readonly kind: 'fields'; readonly fields: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: 'too-many' }
  | { readonly kind: 'malformed' };

/** Limits for the headers of a part. Browsers send one or two headers of about a hundred bytes. */
const PART = { headerPairs: 10, headerSize: 4_096 } as const;

/**
 * Parses the text fields of a multipart/form-data body. Files are skipped. `form.ts` loads this module on first use.
 */
export const parseMultipart = (
  contentType: string,
  body: string,
  { fields: maxFields, bytes }: Limits,
): Promise<Multipart> => {
  const fields: [string, string][] = [];
  return new Promise((resolve) => {
    try {
      const limits = { ...PART, fields: maxFields, parts: maxFields, files: 0, fieldSize: bytes };
      const parser = new busboy.Busboy({ headers: { 'content-type': contentType }, limits });
      parser.on('field', (name, value) => fields.push([name, value]));
      parser.on('partsLimit', () => resolve({ kind: 'too-many' }));
      parser.on('fieldsLimit', () => resolve({ kind: 'too-many' }));
      parser.on('error', () => resolve({ kind: 'malformed' }));
      parser.on('finish', () => resolve({ kind: 'fields', fields }));
      parser.end(Buffer.from(body));
    } catch {
      // The parser throws if the header has no boundary, or too long a boundary.
      resolve({ kind: 'malformed' });
    }
  });
};
