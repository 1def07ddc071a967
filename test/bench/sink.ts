import { createServer } from 'node:http';

/**
 * Answers DynamoDB's protocol without storing anything, after a fixed delay, so that what is measured is our side of
 * the wire. Everybody is a known profile; run as a process of its own: its time is not ours.
 */
const DELAY_MS = 2;

const identifier = (pk: string) => {
  const [, account = '', , kind = '', ...value] = pk.split('#');
  return text({
    pk,
    sk: 'ID',
    type: 'identifier',
    account,
    kind,
    value: value.join('#'),
    profileId: '01JZZZZZZZZZZZZZZZZZZZZZZZ',
  });
};
const created = '2026-01-01T00:00:00.000Z';

const item = (pk: string, sk: string): object | undefined => {
  const [, account = '', , hash = ''] = pk.split('#');
  if (sk === 'ID') return identifier(pk);
  if (sk === 'ACCOUNT') return text({ id: account, name: 'Bench', timezone: 'UTC', createdAt: created });
  if (sk !== 'KEY') return undefined;
  return {
    ...text({ account, hash, id: 'k', name: 'bench', lastFour: '0000', createdAt: created }),
    scopes: { L: [{ S: '*' }] },
    limits: { M: { burst: { N: '1e9' }, steady: { N: '1e9' } } },
  };
};
const text = (item: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, { S: value }]));

interface Asked {
  readonly Key?: { readonly pk?: { readonly S: string }; readonly sk?: { readonly S: string } };
  readonly Statements?: readonly object[];
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly NonNullable<Asked['Key']>[] }>>;
}

const answer = (target: string, asked: Asked): object => {
  const found = (key: Asked['Key']) => item(key?.pk?.S ?? '', key?.sk?.S ?? '');
  switch (target) {
    case 'GetItem': {
      const Item = found(asked.Key);
      return Item ? { Item } : {};
    }
    case 'BatchGetItem':
      return {
        Responses: Object.fromEntries(
          Object.entries(asked.RequestItems ?? {}).map(([name, { Keys = [] }]) => [
            name,
            Keys.map(found).filter(Boolean),
          ]),
        ),
        UnprocessedKeys: {},
      };
    case 'BatchExecuteStatement':
      return { Responses: (asked.Statements ?? []).map(() => ({ TableName: 'bench' })) };
    case 'Query':
      return { Items: [], Count: 0, ScannedCount: 0 };
    default:
      return {};
  }
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const target = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const body = JSON.stringify(answer(target, JSON.parse(Buffer.concat(chunks).toString() || '{}')));
    setTimeout(() => {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(body);
    }, DELAY_MS);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});
process.on('disconnect', () => process.exit());
