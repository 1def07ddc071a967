import { randomBytes, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectTaggingCommand, ListMultipartUploadsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { openFiles, removeVersions } from '../../../functions/platform/storage/files.ts';
import { copyParts } from '../../../functions/platform/storage/multipart-copy.ts';
import { clientConfig } from '../../../lib/process/environment.ts';
import { awsEndpoint } from '../../support/servers/aws-endpoint.ts';
import { createVersionedBucket } from '../../support/versioned-bucket.ts';

const start = async (options: { readonly copyBytes?: number } = {}) => {
  const config = clientConfig(awsEndpoint());
  const client = new S3Client({ ...config, forcePathStyle: true });
  const Bucket = randomUUID();
  await createVersionedBucket(client, Bucket);
  const open = async (): Promise<number> =>
    (await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads?.length ?? 0;
  const commands: string[] = [];
  const nothing = () => {};
  const info = ({ commandName }: { readonly commandName: string }) => commands.push(commandName);
  const logger = { trace: nothing, debug: nothing, info, warn: nothing, error: nothing };
  return { files: openFiles(Bucket, { addressing: 'path', ...options, ...config, logger }), client, open, commands };
};

const contentOf = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer());

test('stores a file from pieces of any size, which a link downloads', async () => {
  const { files, open } = await start();
  // Two parts and a bit.
  const whole = randomBytes(17 * 1024 * 1024 + 3);
  async function* pieces() {
    for (let at = 0; at < whole.length; at += 700_001) yield whole.subarray(at, at + 700_001);
  }
  await files.writeStream('a/b.zip', pieces(), 'application/zip');
  const url = await files.downloadUrl('a/b.zip', { seconds: 60, fileName: 'data.zip' });
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="data.zip"');
  expect(Buffer.from(await answer.arrayBuffer()).equals(whole)).toBe(true);
  expect(await open()).toBe(0);
});

test('writes small and empty files in one request', async () => {
  const { files, commands } = await start();
  for (const text of ['little', '']) {
    async function* pieces() {
      if (text !== '') yield Buffer.from(text);
    }
    await files.writeStream('little', pieces(), 'text/plain');
    expect(await files.readText('little')).toBe(text);
  }
  expect(commands.filter((name) => name !== 'GetObjectCommand')).toEqual(['PutObjectCommand', 'PutObjectCommand']);
});

test('leaves nothing of an interrupted upload', async () => {
  const { files, open } = await start();
  async function* pieces() {
    yield randomBytes(9 * 1024 * 1024);
    throw new Error('Broken off.');
  }
  await expect(files.writeStream('broken', pieces(), 'text/plain')).rejects.toThrow('Broken off.');
  expect(await files.head('broken')).toBeUndefined();
  expect(await open()).toBe(0);
});

test('copies a whole version despite later writes, in one request or in parts', async () => {
  const { files } = await start({ copyBytes: 5 * 1024 * 1024 });
  for (const bytes of [3, 5 * 1024 * 1024, 11 * 1024 * 1024 + 3]) {
    const whole = randomBytes(bytes);
    await files.write('Größe & Co/a.csv', whole, 'text/csv');
    const kept = await files.head('Größe & Co/a.csv');
    await files.write('Größe & Co/a.csv', 'later', 'text/csv');
    expect(await files.copy({ key: 'Größe & Co/a.csv', version: kept?.versionId }, 'b.csv')).toBe(true);
    const answer = await fetch(await files.downloadUrl('b.csv', { seconds: 60, fileName: 'b.csv' }));
    expect(answer.headers.get('content-type')).toBe('text/csv');
    expect(Buffer.from(await answer.arrayBuffer()).equals(whole), `${bytes} bytes`).toBe(true);
  }
});

test('reads the source of a copy once, and reports a missing one', async () => {
  const { files, commands } = await start();
  await files.write('a.csv', 'little', 'text/csv');
  const kept = await files.head('a.csv');
  const from = { key: 'a.csv', version: kept?.versionId };
  commands.length = 0;
  await files.copy(from, 'b.csv');
  expect(commands).toEqual(['HeadObjectCommand', 'CopyObjectCommand']);

  await files.removeVersion('a.csv', kept?.versionId ?? '');
  expect(await files.copy(from, 'c.csv')).toBe(false);
  expect(await files.copy({ key: 'never.csv' }, 'c.csv')).toBe(false);
  expect(await files.head('c.csv')).toBeUndefined();
});

test('copies without tags, for which no function has permissions', async () => {
  const { files, client } = await start();
  const place = { Bucket: files.bucket, Key: 'tagged.csv' };
  const put = new PutObjectCommand({ ...place, Body: 'little', ContentType: 'text/csv', Tagging: 'team=shop' });
  const { VersionId } = await client.send(put);
  const tagsOf = async (Key: string) =>
    (await client.send(new GetObjectTaggingCommand({ Bucket: files.bucket, Key }))).TagSet;
  expect(await tagsOf('tagged.csv')).toEqual([{ Key: 'team', Value: 'shop' }]);

  expect(await files.copy({ key: 'tagged.csv', version: VersionId }, 'copy.csv')).toBe(true);
  expect(await tagsOf('copy.csv')).toEqual([]);
  expect(await files.readText('copy.csv')).toBe('little');
});

test('reads no range of an empty object: S3 refuses every one', async () => {
  const { files, commands } = await start();
  await files.write('empty', '', 'text/plain');
  await files.write('little', 'little', 'text/plain');
  commands.length = 0;
  const bytes = async (key: string, range: Parameters<typeof files.read>[1]) =>
    (await buffer(await files.read(key, range))).toString();
  expect(await bytes('empty', { start: 0, end: 0 })).toBe('');
  expect(await bytes('little', { start: 3, end: 3 })).toBe('');
  expect(commands).toEqual([]);
  expect(await bytes('empty', { start: 0 })).toBe('');
  expect(await bytes('empty', { start: 0, end: 100 })).toBe('');
  // A file that was truncated in the meantime is not at its end.
  await expect(files.read('little', { start: 6 })).rejects.toThrow();
});

test('copies no part of a file that is overwritten during the copy, and leaves nothing', async () => {
  const { files, client, open } = await start();
  await files.write('a.csv', 'later', 'text/csv');
  const place = { Bucket: files.bucket, Key: 'b.csv', ContentType: 'text/csv' };
  const original = { source: `${files.bucket}/a.csv`, etag: '"of-another"', bytes: 5, partBytes: 2 };
  await expect(copyParts(client, place, original)).rejects.toThrow();
  expect(await files.head('b.csv')).toBeUndefined();
  expect(await open()).toBe(0);
});

test('removes versions for good, several at once', async () => {
  const { files } = await start();
  for (let i = 0; i < 40; i++) await files.write('many', `${i}`, 'text/plain');
  await files.remove('many');
  const { versions } = await files.versions('many');
  expect(versions).toHaveLength(41);
  let [underWay, most] = [0, 0];
  const removeVersion: typeof files.removeVersion = async (key, versionId) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await files.removeVersion(key, versionId);
    underWay -= 1;
  };

  await removeVersions(versions, { removeVersion });

  expect((await files.versions('many')).versions).toEqual([]);
  expect(most).toBe(16);
});

test('expires a link', async () => {
  const { files } = await start();
  await files.write('short', 'lived', 'text/plain');
  const url = await files.downloadUrl('short', { seconds: 2, fileName: 'short.txt' });
  expect((await contentOf(url)).toString()).toBe('lived');
  await sleep(3_100);
  expect((await fetch(url)).status).toBe(403);
});
