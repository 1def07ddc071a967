import { Template } from 'aws-cdk-lib/assertions';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { estimates } from '../../lib/cost/operations.ts';
import { synthesize } from '../support/templates.ts';

const service = Template.fromStack(synthesize().service);
const Properties = <T extends v.GenericSchema>(schema: T) => v.object({ Properties: schema });
const Stage = Properties(v.object({ AccessLogSettings: v.object({ Format: v.string() }) }));
const Handler = Properties(v.object({ LoggingConfig: v.object({ SystemLogLevel: v.optional(v.string()) }) }));
const one = (type: string): unknown => Object.values(service.findResources(type))[0];

/** The line of API Gateway for an accepted event. */
const said: Readonly<Record<string, string>> = {
  requestId: 'JKJaXmPLvHcESHA=',
  requestTime: '29/Nov/2026:12:00:00 +0000',
  routeKey: 'ANY /api/events',
  httpMethod: 'POST',
  status: '202',
  responseLength: '0',
  responseLatency: '23',
  integrationLatency: '19',
  integrationErrorMessage: '-',
};
const id = '6f3c4f7c-0a9f-4f3e-9d0b-6a7f0a0f4f10';
const platform = [
  `START RequestId: ${id} Version: $LATEST\n`,
  `END RequestId: ${id}\n`,
  `REPORT RequestId: ${id}\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 120 MB\t\n`,
];
/** CloudWatch bills this many more bytes for each line (docs.aws.amazon.com/AmazonCloudWatchLogs PutLogEvents). */
const LINE_BYTES = 26;

test('the model has the log bytes of a request', () => {
  const { Format } = v.parse(Stage, one('AWS::ApiGatewayV2::Stage')).Properties.AccessLogSettings;
  const { SystemLogLevel = 'INFO' } = v.parse(Handler, one('AWS::Lambda::Function')).Properties.LoggingConfig;
  const access = Format.replaceAll(/\$context\.(\w+)/g, (_, name: string) => v.parse(v.string(), said[name]));
  const lines = [access, ...(SystemLogLevel === 'INFO' ? platform : [])];
  const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + LINE_BYTES, 0);
  expect(Math.abs(estimates.logBytesPerRequest - bytes)).toBeLessThan(10);
});
