import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { CreateBucketCommand, PutBucketCorsCommand, S3Client } from '@aws-sdk/client-s3';
import { Template } from 'aws-cdk-lib/assertions';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Files, openFiles } from '../../functions/platform/storage/files.ts';
import { startMiniStack } from '../../lib/local/ministack/ministack.ts';
import { clientConfig } from '../../lib/process/environment.ts';
import { synthesize } from '../support/templates.ts';
import { openBrowser } from './open.ts';

let cloud: Awaited<ReturnType<typeof startMiniStack>>;
let files: Files;
let browser: Browser;
let shop: Server;
let page: Page;

/** The template's CORS rules of the imports bucket. */
const corsRules = () => {
  const template = Template.fromStack(synthesize().data);
  return Object.values(template.findResources('AWS::S3::Bucket')).flatMap(
    ({ Properties }) => Properties.CorsConfiguration?.CorsRules ?? [],
  );
};

beforeAll(async () => {
  // Otherwise it lets every page do everything.
  cloud = await startMiniStack({ isStrict: true });
  const config = clientConfig(cloud.endpoint);
  const client = new S3Client({ ...config, forcePathStyle: true });
  const Bucket = randomUUID();
  await client.send(new CreateBucketCommand({ Bucket }));
  const CORSRules = corsRules().map(({ MaxAge, ...rule }) => ({ ...rule, MaxAgeSeconds: MaxAge }));
  await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
  files = openFiles(Bucket, { addressing: 'path', ...config });

  shop = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>A shop</title>');
  }).listen(0, '127.0.0.1');
  await once(shop, 'listening');
  const address = shop.address();
  browser = await openBrowser();
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`);
});
afterAll(async () => {
  await browser?.close();
  shop?.closeAllConnections();
  shop?.close();
  await cloud?.stop();
});

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** As a shop's own page does it: the status, or the browser's error. */
const send = (sent: Sent): Promise<number | string> =>
  page.evaluate(async ({ url, method, headers, body }) => {
    try {
      const { status } = await fetch(url, { method, headers, ...(body !== undefined && { body: new Blob([body]) }) });
      return status;
    } catch (error) {
      return String(error);
    }
  }, sent);

const body = 'Email\nada@example.com\n';

test('a page at another origin uploads a file by its signed address, once, and of that size', async () => {
  const key = 'profiles/people.csv';
  const permit = await files.uploadUrl(key, { contentType: 'text/csv', size: body.length, seconds: 60 });
  expect(await send({ ...permit, body: `${body}more` })).toBe(403);
  expect(await send({ ...permit, body })).toBe(200);
  expect(await send({ ...permit, body })).toBe(412);
  expect(await files.readText(key)).toBe(body);
});

test('a page may do nothing else, with any address', async () => {
  const key = 'profiles/others.csv';
  await files.write(key, body, 'text/csv');
  const permit = await files.uploadUrl(key, { contentType: 'text/csv', size: body.length, seconds: 60 });
  const refused = 'TypeError: Failed to fetch';
  expect(await send({ ...permit, headers: { ...permit.headers, 'x-amz-acl': 'public-read' }, body })).toBe(refused);
  expect(await send({ ...permit, method: 'DELETE' })).toBe(refused);
  const url = await files.downloadUrl(key, { seconds: 60, fileName: 'others.csv' });
  expect((await fetch(url)).status).toBe(200);
  expect(await send({ url, method: 'GET', headers: {} })).toBe(refused);
});
