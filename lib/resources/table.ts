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
  /** Whether it survives the deletion of its stack, and refuses to be deleted once the stack is complete. */
  readonly isProtected: boolean;
  /** For the table and each index. @default - DynamoDB's default */
  readonly warmThroughput?: Settings['warmThroughput'];
}

/**
 * A parameter of the stack, `on` or `off`. CloudFormation cannot roll back a protected table, so it has to be off
 * during the first deployment. CDK keeps the last value by default.
 */
export const DELETION_PROTECTION = 'DeletionProtection';

/** The stack's own table, or an existing one. */
export type UsedTable = TableV2 | ITableV2;

/** The table, from the definition that the functions use. */
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
    if (isProtected) this.protectByParameter();
  }

  private protectByParameter(): void {
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
    if (!(defaultChild instanceof CfnGlobalTable))
      throw new Error('The default child of a TableV2 has to be a CfnGlobalTable.');
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
        return [...allowReadsAndWrites(used), denyLedgerChanges(used)];
      case 'table:erase':
        return allowReadsAndWrites(used);
      case 'table:read':
        return one('BatchGetItem');
      case 'table:query':
        return [allowQueries(used)];
      case 'table:create-many':
        return one('PartiQLInsert');
      case 'table:update-many':
        return one('PartiQLUpdate');
      case 'table:check':
        return one('ConditionCheckItem');
      case 'table:count':
        return [allowCounts(used)];
    }
  },
};

const tableOf = (
  stack: Stack,
  { protect, warmThroughput, ownTable, tableName, tableStreamArn }: Settings,
): UsedTable => {
  const own = ownTable ? new Table(stack, 'Data', { isProtected: protect, warmThroughput }).table : undefined;
  // When another table replaces it, the app stack imports these values until its own update, and CloudFormation removes
  // no export in use.
  for (const value of own ? [own.tableName, own.tableArn, own.tableStreamArn] : []) stack.exportValue(value);
  if (tableName === undefined || tableStreamArn === undefined) {
    if (!own) throw new Error('There is no table: set ownTable=true, or name one by tableName.');
    return own;
  }
  return TableV2.fromTableAttributes(stack, 'Restored', { tableName, tableStreamArn });
};

/**
 * Denies changes of ledger entries, whatever other statements allow. IAM cannot tell an overwriting put; the code does.
 */
const denyLedgerChanges = ({ tableArn }: UsedTable): PolicyStatement =>
  new PolicyStatement({
    effect: Effect.DENY,
    actions: ['dynamodb:UpdateItem', 'dynamodb:PartiQLUpdate', 'dynamodb:DeleteItem'],
    resources: [tableArn],
    // All keys, not any: AWS does not document whether it checks a transaction item by item or as a whole, and the one
    // that lifts a suppression deletes an item beside a new ledger entry (ADR 38).
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...definition.appendOnly] },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    },
  });

/** Allows to write items of counts, and no others. */
const allowCounts = ({ tableArn }: UsedTable): PolicyStatement =>
  new PolicyStatement({
    actions: ['dynamodb:PutItem'],
    resources: [tableArn],
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...definition.counts] },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    },
  });

/**
 * Allows all actions that read and change single items. No service uses all of them, but a missing permission would only
 * show in production. Actions that change many items are granted separately.
 */
const allowReadsAndWrites = (used: UsedTable): PolicyStatement[] => [
  allow({
    actions: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'].map((action) => `dynamodb:${action}`),
    resources: [used.tableArn],
  }),
  allowQueries(used),
];

const allowQueries = ({ tableArn }: UsedTable): PolicyStatement =>
  allow({
    actions: ['dynamodb:Query'],
    resources: [tableArn, ...Object.keys(definition.indexes).map((name) => `${tableArn}/index/${name}`)],
  });
