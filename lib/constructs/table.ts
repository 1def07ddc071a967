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
import { Construct } from 'constructs';
import { definition } from '../../functions/platform/table/definition.ts';
import type { Settings } from '../settings/settings.ts';

export interface TableProps {
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
export class Table extends Construct {
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
