import * as v from 'valibot';
import { feedFormats } from '../../../domains/feeds/content/format.ts';
import { feedFields } from '../../../domains/feeds/mapping/fields.ts';
import type { CatalogFeed, Credentials, FeedSource } from '../../../domains/feeds/records/feed.ts';
import { privateKeyProblem } from '../../../domains/feeds/records/private-key.ts';
import { parseSftpLocation } from '../../../domains/feeds/records/sftp-location.ts';
import { hostKeyProblem, sftpSource } from '../../../domains/feeds/records/sftp-source.ts';
import { Text } from '../../../platform/validation/text.ts';
import { FEED } from '../views/catalog-feed.ts';
import { FeedName } from './feed-name.ts';

const Path = v.pipe(
  Text,
  v.trim(),
  v.nonEmpty('The path is empty. Leave it out.'),
  v.maxLength(200, 'A path has at most 200 characters.'),
);

/** An error is a text. */
const parsedAs = (parse: (text: string) => unknown) =>
  v.check<string, (issue: v.CheckIssue<string>) => string>(
    (text) => typeof parse(text) !== 'string',
    ({ input }) => String(parse(input)),
  );

export const SourceBody = v.variant('kind', [
  v.object({
    kind: v.literal('url'),
    location: v.pipe(
      Text,
      v.maxLength(2_048, 'A URL has at most 2,048 characters.'),
      v.url('Not a URL, such as https://shop.example/feed.xml.'),
    ),
  }),
  v.object({ kind: v.literal('file'), location: v.pipe(Text, v.maxLength(500, 'A key has at most 500 characters.')) }),
  v.object({
    kind: v.literal('sftp'),
    location: v.pipe(Text, v.maxLength(2_048, 'A location has at most 2,048 characters.'), parsedAs(parseSftpLocation)),
    /** The fingerprint of the server's key. */
    host_key: v.pipe(Text, v.maxLength(100, 'A fingerprint has at most 100 characters.'), parsedAs(hostKeyProblem)),
  }),
]);

/** Header names and users without characters that could begin another header. */
const HeaderName = v.pipe(
  Text,
  v.regex(/^[A-Za-z0-9-]{1,64}$/, 'The name of a header has letters, digits and hyphens, such as X-Api-Key.'),
  v.check((name) => !FORBIDDEN.has(name.toLowerCase()), 'This header belongs to the request itself. Choose another.'),
);
const FORBIDDEN = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'accept-encoding', 'cookie']);
const printable = (max: number) =>
  v.pipe(
    Text,
    v.nonEmpty('It is empty.'),
    v.maxLength(max, `It has at most ${max} characters.`),
    v.regex(/^[\x20-\x7e]*$/, 'It has characters that a header cannot have.'),
  );

const MAX_KEY = 16_384;

const CredentialsBody = v.variant('kind', [
  v.object({
    kind: v.literal('basic'),
    name: v.pipe(printable(256), v.excludes(':', 'A user has no colon.')),
    secret: printable(512),
  }),
  v.object({ kind: v.literal('header'), name: HeaderName, secret: printable(512) }),
  v.object({
    kind: v.literal('password'),
    secret: v.pipe(
      Text,
      v.nonEmpty('It is empty.'),
      v.maxLength(512, 'It has at most 512 characters.'),
      v.regex(/^\P{Cc}*$/u, 'It has control characters.'),
    ),
  }),
  v.object({
    kind: v.literal('private_key'),
    secret: v.pipe(
      Text,
      v.maxLength(MAX_KEY, `A private key has at most ${MAX_KEY} characters.`),
      v.trim(),
      parsedAs(privateKeyProblem),
    ),
  }),
]);

const hours = (min: number, max: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(min, `At least ${min}.`), v.maxValue(max, `At most ${max}.`));

/** To a hundredth: DynamoDB's numbers end at 1e-130. */
const Percent = v.pipe(
  v.number(),
  v.minValue(0, 'At least 0.'),
  v.maxValue(100, 'At most 100.'),
  v.transform((value) => Math.round(value * 100) / 100),
);

/** What is read, without its place in a schedule. */
export const readingBody = {
  source: SourceBody,
  credentials: v.nullish(CredentialsBody),
  format: v.nullish(v.picklist(feedFormats)),
  products_path: v.nullish(Path),
  mapping: v.nullish(v.partial(v.object(v.entriesFromList(feedFields, v.nullable(Path))))),
};

export const feedBody = {
  name: FeedName,
  ...readingBody,
  enabled: v.nullish(v.boolean()),
  interval_hours: v.nullish(hours(1, 168)),
  grace_hours: v.nullish(hours(0, 720)),
  max_missing_percent: v.nullish(Percent),
};

/** Names a stored feed, as a relationship. */
export const FeedReference = v.object({
  data: v.object({ type: v.literal(FEED), id: v.pipe(v.string(), v.maxLength(64)) }),
});

const ReadingBody = v.object(readingBody);
type ReadingBody = v.InferOutput<typeof ReadingBody>;

export const sourceOf = (body: ReadingBody['source']): FeedSource => {
  if (body.kind === 'url') return { kind: 'url', url: body.location };
  if (body.kind === 'file') return { kind: 'file', key: body.location };
  return sftpSource(body.location, body.host_key);
};

export const credentialsOf = (body: NonNullable<ReadingBody['credentials']>): Credentials =>
  body.kind === 'basic' ? { kind: 'basic', user: body.name, secret: body.secret } : body;

/** How the products are read, as far as a body says. */
export const overridesOf = ({
  format,
  products_path: path,
  mapping,
}: Pick<ReadingBody, 'format' | 'products_path' | 'mapping'>): Pick<CatalogFeed, 'format' | 'path' | 'mapping'> => ({
  ...(format && { format }),
  ...(path && { path }),
  ...(mapping && { mapping }),
});
