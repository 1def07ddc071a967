import { CfnCondition, CfnParameter, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  CfnGlobalTable,
  type ITableV2,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { definition } from '../../functions/platform/table/definition.ts';
import type { Settings } from '../settings/settings.ts';
import { allow } from './allow.ts';
import type { HostedResource } from './resource.ts';

interface TableProps {
  /** Survives the deletion of its stack, and can't be deleted by itself once its stack stands. */
  readonly isProtected: boolean;
  /** Of the table and of each index. @default - what DynamoDB gives a new table */
  readonly warmThroughput?: Settings['warmThroughput'];
}

/**
 * Of the stack, `on` or `off`. CloudFormation can't delete a protected table, so a first deployment that fails has to find it
 * off, or it can't roll back. CDK keeps the last value where none is given.
 */
export const DELETION_PROTECTION = 'DeletionProtection';

/** The stack's own, or one that existed before. */
export type UsedTable = TableV2 | ITableV2;

/** The one table, from the same definition that the code reads. */
class Table extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, { isProtected, warmThroughput }: TableProps) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      partitionKey: attribute(definition.pk),
      sortKey: attribute(definition.sk),
      timeToLiveAttribute: definition.ttl,
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: isProtected ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      ...(warmThroughput && { warmThroughput: unitsOf(warmThroughput) }),
      globalSecondaryIndexes: Object.entries(definition.indexes).map(([indexName, { pk, sk }]) => ({
        indexName,
        partitionKey: attribute(pk),
        sortKey: attribute(sk),
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: [...definition.projected],
        ...(warmThroughput && { warmThroughput: unitsOf(warmThroughput) }),
      })),
    });
    if (isProtected) this.protectOnceItStands();
  }

  private protectOnceItStands(): void {
    const stack = Stack.of(this);
    const parameter = new CfnParameter(stack, DELETION_PROTECTION, {
      description: 'Whether the table refuses to be deleted. Off until the first deployment has succeeded.',
      allowedValues: ['on', 'off'],
      default: 'off',
    });
    const condition = new CfnCondition(stack, 'IsDeletionProtected', {
      expression: Fn.conditionEquals(parameter.valueAsString, 'on'),
    });
    const { defaultChild } = this.table.node;
    if (!(defaultChild instanceof CfnGlobalTable)) throw new Error('A TableV2 is made of a CfnGlobalTable.');
    defaultChild.addPropertyOverride(
      'Replicas.0.DeletionProtectionEnabled',
      Fn.conditionIf(condition.logicalId, true, false),
    );
  }
}

const unitsOf = ({ reads, writes }: NonNullable<Settings['warmThroughput']>) => ({
  readUnitsPerSecond: reads,
  writeUnitsPerSecond: writes,
});

const attribute = (name: string) => ({ name, type: AttributeType.STRING });

export const table: HostedResource<'table', UsedTable> = {
  construct: (stack, { settings }) => tableOf(stack, settings),
  environment: ({ tableName }) => ({ TABLE_NAME: tableName }),
  grant: (used, use) => {
    const one = (action: string) => [allow({ actions: [`dynamodb:${action}`], resources: [used.tableArn] })];
    switch (use) {
      case 'table':
        return [...readingAndWriting(used), keepingLedgers(used)];
      case 'table:erase':
        return readingAndWriting(used);
      case 'table:read':
        return one('BatchGetItem');
      case 'table:create-many':
        return one('PartiQLInsert');
      case 'table:update-many':
        return one('PartiQLUpdate');
      case 'table:check':
        return one('ConditionCheckItem');
    }
  },
};

const tableOf = (
  stack: Stack,
  { protect, warmThroughput, ownTable, tableName, tableStreamArn }: Settings,
): UsedTable => {
  const own = ownTable ? new Table(stack, 'Data', { isProtected: protect, warmThroughput }).table : undefined;
  // Where another table is used from now on the other stack imports these until it is deployed, and CloudFormation
  // removes no export in use.
  for (const value of own ? [own.tableName, own.tableArn, own.tableStreamArn] : []) stack.exportValue(value);
  if (tableName === undefined || tableStreamArn === undefined) {
    if (!own) throw new Error('Either the stack has a table, or a setting names one.');
    return own;
  }
  return TableV2.fromTableAttributes(stack, 'Restored', { tableName, tableStreamArn });
};

/** Refuses even where an allowance is widened one day. A put over an item is no update to IAM: code refuses that. */
const keepingLedgers = ({ tableArn }: UsedTable): PolicyStatement =>
  new PolicyStatement({
    effect: Effect.DENY,
    actions: ['dynamodb:UpdateItem', 'dynamodb:PartiQLUpdate', 'dynamodb:DeleteItem'],
    resources: [tableArn],
    // All keys, not any: AWS doesn't say whether a transaction is judged item by item or by all of its keys together,
    // and those that lift a suppression remove one item beside an entry that they make (ADR 38).
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...definition.appendOnly] },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    },
  });

/**
 * Every action that changes one item is here, though no domain uses them all: which of them a change takes is up to the
 * code, and a right that is missed is only missed in production. What changes many at once is granted by itself.
 */
const readingAndWriting = ({ tableArn }: UsedTable): PolicyStatement[] => [
  allow({
    actions: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'].map((action) => `dynamodb:${action}`),
    resources: [tableArn],
  }),
  allow({
    actions: ['dynamodb:Query'],
    resources: [tableArn, ...Object.keys(definition.indexes).map((name) => `${tableArn}/index/${name}`)],
  }),
];
