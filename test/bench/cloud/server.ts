import { createServer } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { openFolder } from './files.ts';
import { openQueue } from './queue.ts';
import { openTable } from './table.ts';

/** DynamoDB, S3 and SQS for the importer, in a process of its own: its time is not ours. */
const [folder = '', visibilityMs = '5000', delayMs = '2'] = process.argv.slice(2);
const table = openTable(join(folder, 'table.sqlite'));
const files = openFolder(folder);
const queue = openQueue(Number(visibilityMs));

const server = createServer(async (request, response) => {
  const body = await buffer(request);
  const [service = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  if (service === '') return files(request, body, response);
  const asked = JSON.parse(body.toString());
  if (service === 'AmazonSQS') return response.end(JSON.stringify(queue(operation, asked)));
  const { status, body: answer } = table(operation, asked);
  await sleep(Number(delayMs));
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  return response.end(JSON.stringify(answer));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});
process.on('disconnect', () => process.exit());
