import * as v from 'valibot';
import { definition } from '../../../functions/platform/table/definition.ts';
import { namesIn, parametersByName } from './expressions.ts';
import { type Authorized, arnOf, type IamRequest, type WireCall } from './request.ts';

const Attributes = v.record(v.string(), v.looseObject({ S: v.optional(v.string()) }));
type Attributes = v.InferOutput<typeof Attributes>;
const Names = v.optional(v.record(v.string(), v.string()), {});

const One = v.looseObject({
  TableName: v.string(),
  Key: v.optional(Attributes),
  Item: v.optional(Attributes),
  IndexName: v.optional(v.string()),
  ProjectionExpression: v.optional(v.string()),
  UpdateExpression: v.optional(v.string()),
  ConditionExpression: v.optional(v.string()),
  FilterExpression: v.optional(v.string()),
  KeyConditionExpression: v.optional(v.string()),
  ExpressionAttributeNames: Names,
  ExpressionAttributeValues: v.optional(Attributes, {}),
  ReturnValues: v.optional(v.string()),
  Select: v.optional(v.string()),
});
type One = v.InferOutput<typeof One>;

const BatchGet = v.object({
  RequestItems: v.record(
    v.string(),
    v.looseObject({
      Keys: v.array(Attributes),
      ProjectionExpression: One.entries.ProjectionExpression,
      ExpressionAttributeNames: Names,
    }),
  ),
});
const Transaction = v.object({
  TransactItems: v.array(
    v.object({
      Put: v.optional(One),
      Update: v.optional(One),
      Delete: v.optional(One),
      ConditionCheck: v.optional(One),
    }),
  ),
});
const Statement = v.object({
  Statement: v.string(),
  Parameters: v.optional(v.array(v.looseObject({ S: v.optional(v.string()) })), []),
});
const Statements = v.object({ Statements: v.array(Statement) });

/** The IAM requirements of DynamoDB operations, from AWS's Service Authorization Reference. */
export const dynamodb = ({ headers, body }: WireCall): Authorized => {
  const operation = (headers['x-amz-target'] ?? '').split('.')[1] ?? '';
  return { operation, requests: requestsOf(operation, JSON.parse(body)) };
};

const requestsOf = (operation: string, input: unknown): IamRequest[] => {
  switch (operation) {
    case 'GetItem':
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
    case 'Query':
    case 'Scan':
      return [single(operation, v.parse(One, input))];
    case 'BatchGetItem':
      return Object.entries(v.parse(BatchGet, input).RequestItems).map(([table, { Keys, ...one }]) =>
        request('BatchGetItem', table, {
          keys: Keys.map(partitionOf),
          attributes: [
            ...Object.keys(Keys[0] ?? {}),
            ...namesIn(one.ProjectionExpression ?? '', one.ExpressionAttributeNames),
          ],
        }),
      );
    case 'TransactWriteItems':
      return v.parse(Transaction, input).TransactItems.map(({ Put, Update, Delete, ConditionCheck }) => {
        const enclosing = { enclosing: operation };
        if (Put) return single('PutItem', Put, enclosing);
        if (Update) return single('UpdateItem', Update, enclosing);
        if (Delete) return single('DeleteItem', Delete, enclosing);
        if (ConditionCheck) return single('ConditionCheckItem', ConditionCheck, enclosing);
        throw new Error('An item of a transaction that is nothing known.');
      });
    case 'BatchExecuteStatement':
      return v.parse(Statements, input).Statements.map((one) => statement(one, operation));
    case 'ExecuteStatement':
      return [statement(v.parse(Statement, input), operation)];
    default:
      throw new Error(`Nothing says what dynamodb ${operation} asks IAM.`);
  }
};

interface About {
  readonly keys: readonly string[];
  readonly attributes: readonly string[];
  readonly index?: string | undefined;
  readonly select?: string | undefined;
  readonly returns?: string | undefined;
  readonly enclosing?: string;
}

const single = (action: string, one: One, more: Pick<About, 'enclosing'> = {}): IamRequest =>
  request(action, one.TableName, {
    keys: one.KeyConditionExpression === undefined ? [partitionOf(one.Key ?? one.Item ?? {})] : [queriedKey(one)],
    attributes: attributesOf(one),
    index: one.IndexName,
    select: one.Select,
    returns: one.ReturnValues,
    ...more,
  });

const request = (
  action: string,
  table: string,
  { keys, attributes, index, select, returns, enclosing }: About,
): IamRequest => ({
  action: `dynamodb:${action}`,
  resource: arnOf('dynamodb', `table/${table}${index === undefined ? '' : `/index/${index}`}`),
  context: {
    'dynamodb:LeadingKeys': [...new Set(keys)].toSorted(),
    'dynamodb:Attributes': [...new Set(attributes)].toSorted(),
    ...(select !== undefined && { 'dynamodb:Select': select }),
    ...(returns !== undefined && { 'dynamodb:ReturnValues': returns }),
    ...(enclosing !== undefined && { 'dynamodb:EnclosingOperation': enclosing }),
  },
});

const partitionOf = (item: Attributes): string => {
  const key = item[definition.pk]?.S;
  if (key === undefined) throw new Error('An item without its partition key.');
  return key;
};

/** `#k = :k`, where `#k` is the partition key of the table or of the index. */
const queriedKey = ({ IndexName, KeyConditionExpression = '', ...one }: One): string => {
  const index = Object.entries(definition.indexes).find(([name]) => name === IndexName)?.[1];
  const pk = index?.pk ?? definition.pk;
  for (const [, name = '', value = ''] of KeyConditionExpression.matchAll(/([#\w]+)\s*=\s*(:\w+)/g)) {
    const key = one.ExpressionAttributeValues[value]?.S;
    if ((one.ExpressionAttributeNames[name] ?? name) === pk && key !== undefined) return key;
  }
  throw new Error(`No partition key in ${KeyConditionExpression}.`);
};

const attributesOf = (one: One): string[] => [
  ...Object.keys(one.Key ?? {}),
  ...Object.keys(one.Item ?? {}),
  ...namesIn(
    [
      one.ProjectionExpression,
      one.UpdateExpression,
      one.ConditionExpression,
      one.FilterExpression,
      one.KeyConditionExpression,
    ].join(' '),
    one.ExpressionAttributeNames,
  ),
];

const statement = ({ Statement: text, Parameters }: v.InferOutput<typeof Statement>, enclosing: string): IamRequest => {
  const [, verb = '', table = ''] = /^(INSERT INTO|UPDATE|DELETE FROM|SELECT .* FROM)\s+"([^"]+)"/s.exec(text) ?? [];
  const kind = { INSERT: 'PartiQLInsert', UPDATE: 'PartiQLUpdate', DELETE: 'PartiQLDelete', SELECT: 'PartiQLSelect' };
  const action = Object.entries(kind).find(([word]) => verb.startsWith(word))?.[1];
  if (action === undefined) throw new Error(`Nothing says what this statement asks IAM: ${text.slice(0, 100)}`);
  const { attributes, positions } = parametersByName(text);
  const key = Parameters[positions.get(definition.pk) ?? -1]?.S;
  if (key === undefined) throw new Error(`A statement without its partition key: ${text.slice(0, 100)}`);
  return request(action, table, { keys: [key], attributes, enclosing });
};
