import { CfnOutput, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnServer } from 'aws-cdk-lib/aws-transfer';
import type { Construct } from 'constructs';
import { sftpFolder } from '../../functions/domains/imports/places/folders.ts';
import { exportOf } from '../resources/bucket.ts';
import type { Settings } from '../settings/settings.ts';

export interface SftpStackProps extends StackProps {
  readonly settings: Settings;
  readonly imports: Bucket;
}

/**
 * A door into the imports bucket for those who can only send files. A stack of its own, since AWS charges $0.30 an hour
 * for as long as the server exists, stopped or not. Who may come in is data, not infrastructure: `npm run admin -- sftp`.
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
      // Public keys alone: nobody has a password.
      identityProviderType: 'SERVICE_MANAGED',
      securityPolicyName: 'TransferSecurityPolicy-2024-01',
      structuredLogDestinations: [logs.logGroupArn],
    });
    const role = this.userRole(imports);
    new CfnOutput(this, 'SftpServerId', { value: server.attrServerId });
    new CfnOutput(this, 'SftpUserRole', { value: role.roleArn });
    new CfnOutput(this, 'SftpHost', { value: `${server.attrServerId}.server.transfer.${this.region}.amazonaws.com` });
  }

  /** The most that any user may do. A policy of his own, made with him, keeps each to his folder. */
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
      `AwsSolutions-IAM5[Resource::${exportOf(imports)}/${sftpFolder}*]`,
    ]) {
      Validations.of(role).acknowledge({ id, reason: 'The star stands for the objects of the SFTP folder alone.' });
    }
    return role;
  }
}
