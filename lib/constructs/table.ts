import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { definition } from '../../functions/table/definition.ts';

export interface TableProps {
  /** Survives the deletion of its stack, and can't be deleted by itself. */
  readonly isProtected: boolean;
}

/** The one table, from the same definition that the code reads. */
export class Table extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, { isProtected }: TableProps) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      partitionKey: attribute(definition.pk),
      sortKey: attribute(definition.sk),
      timeToLiveAttribute: definition.ttl,
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: isProtected,
      removalPolicy: isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      globalSecondaryIndexes: Object.entries(definition.indexes).map(([indexName, { pk, sk }]) => ({
        indexName,
        partitionKey: attribute(pk),
        sortKey: attribute(sk),
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: [...definition.projected],
      })),
    });
  }
}

const attribute = (name: string) => ({ name, type: AttributeType.STRING });
