import * as v from 'valibot';
import { toIssue } from '../../../platform/validation/issue.ts';
import { Text } from '../../../platform/validation/text.ts';
import { Mapping } from '../columns/mapping.ts';
import { kinds } from '../kinds/names.ts';
import { unusedMembers } from '../mappings/parse.ts';
import { suffixes } from '../names/suffixes.ts';

/** S3's limit for one PUT. */
const MAX_BYTES = 5 * 1024 ** 3;
const MAX_NAME = 200;

/** By file suffix. The first type is the default. */
const contentTypes: Readonly<Record<(typeof suffixes)[number], readonly string[]>> = {
  '.csv': ['text/csv', 'application/csv', 'application/vnd.ms-excel', 'text/plain'],
  '.tsv': ['text/tab-separated-values', 'text/plain'],
  '.gz': ['application/gzip', 'application/x-gzip'],
  '.zip': ['application/zip', 'application/x-zip-compressed'],
};

const typesOf = (name: string): readonly string[] => {
  const suffix = suffixes.find((ending) => name.toLowerCase().endsWith(ending));
  return suffix ? contentTypes[suffix] : [];
};

export const contentTypeOf = (name: string): string => typesOf(name)[0] ?? '';

const FileName = v.pipe(
  Text,
  v.maxLength(MAX_NAME, `The name of a file has at most ${MAX_NAME} characters.`),
  v.check(
    (name) => !/[/\\\p{C}\p{Zl}\p{Zp}]/u.test(name) && !name.startsWith('.') && name.trim() === name,
    'It must be a file name without folders, such as people.csv. It must not start with a dot or a space.',
  ),
  v.check((name) => typesOf(name).length > 0, `The name must end in ${suffixes.join(', ')}.`),
);

const Size = v.pipe(
  v.number(),
  v.integer('It must be a number of bytes.'),
  v.minValue(1, 'The file must not be empty.'),
  v.maxValue(
    MAX_BYTES,
    `S3 takes at most ${MAX_BYTES} bytes (5 GB) in one request. Compress the file with gzip (people.csv.gz), or upload it to the imports bucket in parts, as 'aws s3 cp' does: it may have any size there.`,
  ),
);

/** The announcement of an upload. */
export const UploadRequest = v.pipe(
  v.strictObject({
    kind: v.picklist(kinds),
    file_name: FileName,
    size: Size,
    content_type: v.optional(v.string()),
    mapping: v.optional(Mapping),
    /** The import whose corrected rows these are. They are read with its mapping. */
    retries_job_id: v.optional(Text),
  }),
  v.forward(
    v.partialCheck(
      [['file_name'], ['content_type']],
      ({ file_name, content_type }) => content_type === undefined || typesOf(file_name).includes(content_type),
      ({ input: { file_name } }) => `For this file name it must be one of ${typesOf(file_name).join(', ')}.`,
    ),
    ['content_type'],
  ),
  // Reported beside all other problems.
  v.rawCheck(({ dataset: { value: input }, addIssue }) => {
    const given = v.safeParse(v.object({ kind: v.picklist(kinds), mapping: v.looseObject({}) }), input);
    if (!given.success) return;
    const { kind, mapping } = given.output;
    for (const { at, message } of unusedMembers(kind, mapping))
      addIssue(toIssue({ message, path: ['mapping', ...at] }));
  }),
);
export type UploadRequest = v.InferOutput<typeof UploadRequest>;
