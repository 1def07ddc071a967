import { Match, Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { NODE_OPTIONS } from '../../../lib/constructs/workers/worker.ts';
import { synthesize } from '../../support/templates.ts';

const synthesise = (context: Readonly<Record<string, string>> = {}) => Template.fromStack(synthesize(context).service);
const service = synthesise();

/** AWS's rule: levels need the format JSON. WARN keeps Lambda's own lines about failures. */
test.each([
  ['info', 'INFO', 'WARN'],
  ['warn', 'WARN', 'WARN'],
  ['error', 'ERROR', 'WARN'],
  ['debug', 'DEBUG', 'DEBUG'],
])('with logLevel %s functions log as JSON from %s on, and Lambda from %s on', (logLevel, application, system) => {
  const template = logLevel === 'info' ? service : synthesise({ logLevel });
  template.allResourcesProperties('AWS::Lambda::Function', {
    LoggingConfig: {
      LogFormat: 'JSON',
      ApplicationLogLevel: application,
      SystemLogLevel: system,
      LogGroup: Match.anyValue(),
    },
    Environment: { Variables: Match.objectLike({ LOG_LEVEL: logLevel }) },
  });
});

test('an access log line has the request, its outcome and duration, and no personal data', () => {
  const [stage] = Object.values(service.findResources('AWS::ApiGatewayV2::Stage'));
  expect(JSON.parse(stage?.Properties.AccessLogSettings.Format)).toEqual({
    requestId: '$context.requestId',
    method: '$context.httpMethod',
    route: '$context.routeKey',
    status: '$context.status',
    ms: '$context.responseLatency',
    functionMs: '$context.integrationLatency',
    error: '$context.integrationErrorMessage',
  });
});

test('queue workers set both sizes of the heap, since Lambda sets neither if they set one', () => {
  const workers = Object.values(service.findResources('AWS::Lambda::Function')).filter(
    ({ Properties }) => Properties.Handler === 'index.queue',
  );
  expect(workers.length).toBeGreaterThan(0);
  for (const { Properties } of workers)
    expect(Properties.Environment.Variables).toMatchObject({
      NODE_OPTIONS: expect.stringMatching(/^--max-semi-space-size=\d+ --max-old-space-size=\d+$/),
    });
  expect(NODE_OPTIONS).toBe(workers[0]?.Properties.Environment.Variables.NODE_OPTIONS);
});
