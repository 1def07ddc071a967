import { CfnOutput, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnServer } from 'aws-cdk-lib/aws-transfer';
import type { Construct } from 'constructs';
import { sftpFolder } from '../../functions/domains/imports/places/folders.ts';
import { exportNameOf } from '../resources/bucket.ts';
import type { Settings } from '../settings/settings.ts';

export interface SftpStackProps extends StackProps {
  readonly settings: Settings;
  readonly imports: Bucket;
}

/**
 * The SFTP server for uploads to the imports bucket. It is a separate stack, since AWS charges $0.30 an hour while the
 * server exists, even if it is stopped. `npm run admin -- sftp` manages its users, which are not part of the stack.
 */
export class SftpStack extends Stack {
  constructor(scope: Construct, id: string, { settings, imports, ...props }: SftpStackProps) {
    super(scope, id, props);
    const logs = new LogGroup(this, 'Logs', {
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const server = new CfnServer(this, 'Server', {
      protocols: ['SFTP'],
      endpointType: 'PUBLIC',
      domain: 'S3',
      // Users sign in with public keys. There are no passwords.
      identityProviderType: 'SERVICE_MANAGED',
      securityPolicyName: 'TransferSecurityPolicy-2024-01',
      structuredLogDestinations: [logs.logGroupArn],
    });
    const role = this.userRole(imports);
    new CfnOutput(this, 'SftpServerId', { value: server.attrServerId });
    new CfnOutput(this, 'SftpUserRole', { value: role.roleArn });
    new CfnOutput(this, 'SftpHost', { value: `${server.attrServerId}.server.transfer.${this.region}.amazonaws.com` });
  }

  /** The role of all users. A policy for each user, set when it is created, limits it to its folder. */
  private userRole(imports: Bucket): Role {
    const role = new Role(this, 'UserRole', {
      assumedBy: new ServicePrincipal('transfer.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
        resources: [imports.arnForObjects(`${sftpFolder}*`)],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['s3:ListBucket', 's3:GetBucketLocation'],
        resources: [imports.bucketArn],
      }),
    );
    for (const id of [
      'Serverless-StarPermissions',
      `AwsSolutions-IAM5[Resource::${exportNameOf(imports)}/${sftpFolder}*]`,
    ]) {
      Validations.of(role).acknowledge({ id, reason: 'The wildcard covers the objects of the SFTP folder.' });
    }
    return role;
  }
}
