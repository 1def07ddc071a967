import { once } from 'node:events';
import { createServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { generate } from 'selfsigned';
import { afterEach, expect, test } from 'vitest';
import { openDynamo } from '../../../../functions/platform/table/client/dynamo.ts';
import { openTable } from '../../../../functions/platform/table/table.ts';
import { put } from '../../../../functions/platform/table/write.ts';
import { credentials, notes } from '../open.ts';
import { clients, ways } from './transports.ts';

const usual = getCACertificates('default');
afterEach(() => setDefaultCACertificates(usual));

/** Responds to every request as DynamoDB to a put. */
const startSecure = async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  let requests = 0;
  let connections = 0;
  const server = createServer({ key, cert }, (request, response) => {
    requests += 1;
    request.resume().on('end', () => response.end('{}'));
  }).listen(0, 'localhost');
  server.on('secureConnection', () => {
    connections += 1;
  });
  await once(server, 'listening');
  const address = server.address();
  const endpoint = `https://localhost:${typeof address === 'object' ? address?.port : ''}`;
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { cert, endpoint, stop, seen: () => ({ requests, connections }) };
};

test.each(ways)('the client for %s keeps encrypted connections, and opens none to an unknown server', async (way) => {
  const server = await startSecure();
  const tableOf = () =>
    openTable(
      't',
      openDynamo({ endpoint: server.endpoint, region: 'us-east-1', credentials }, { transport: clients[way] }),
    );
  const note = put(notes, { shard: 's', id: '1' });

  await expect(tableOf().write(note)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  expect(server.seen().requests).toBe(0);

  setDefaultCACertificates([...usual, server.cert]);
  const { connections } = server.seen();
  const table = tableOf();
  for (let i = 0; i < 10; i++) expect(await table.write(note)).toEqual({ done: true });
  expect(server.seen().requests).toBe(10);
  // One client counts a connection as busy until its response is consumed.
  expect(server.seen().connections - connections).toBeLessThanOrEqual(2);
  server.stop();
});
