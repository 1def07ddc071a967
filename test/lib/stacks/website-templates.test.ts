import { runInNewContext } from 'node:vm';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { viewerIp } from '../../../functions/platform/http/viewer.ts';
import { viewerRequestCode } from '../../../lib/constructs/website-distribution.ts';
import { synthesize } from '../../support/templates.ts';

const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/1';
const templateOf = (context: Readonly<Record<string, string>> = {}) => Template.fromStack(synthesize(context).service);
const template = templateOf({
  websiteDomain: 'data.shop.example',
  websiteCertificateArn: certificate,
  websitePath: '/s',
  websiteOrigins: 'https://shop.example,https://www.shop.example',
});
const plain = templateOf();

describe('with a domain of the shop', () => {
  test('CloudFront serves it by TLS 1.2, and passes every request on to the API under its own host name', () => {
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: Match.objectLike({
        Aliases: ['data.shop.example'],
        ViewerCertificate: Match.objectLike({ AcmCertificateArn: certificate, MinimumProtocolVersion: 'TLSv1.2_2021' }),
        DefaultCacheBehavior: Match.objectLike({
          AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
          // Managed policies: CachingDisabled and AllViewerExceptHostHeader.
          CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
          OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
          ViewerProtocolPolicy: 'redirect-to-https',
          // The function that removes the folder and passes on the visitor's address.
          FunctionAssociations: [Match.objectLike({ EventType: 'viewer-request' })],
        }),
        HttpVersion: 'http2and3',
        Enabled: true,
      }),
    });
  });

  test('only scripts are cached, by their query and compression, never by host, cookie or longer than they say', () => {
    const [distribution] = Object.values(template.findResources('AWS::CloudFront::Distribution'));
    const { CacheBehaviors } = distribution?.Properties.DistributionConfig ?? {};
    const paths = CacheBehaviors.map(({ PathPattern }: { PathPattern: string }) => PathPattern);
    expect(paths).toEqual(['/s/onsite.js', '/s/onsite/*', '/s/files/*']);
    // Without an origin request policy, CloudFront sends the cache key alone: the query with `company_id`, and the
    // `Accept-Encoding` that it normalizes. Neither `Host` nor cookies of visitors go to the API.
    for (const behavior of CacheBehaviors) {
      expect(behavior).toMatchObject({
        CachePolicyId: { Ref: expect.stringMatching(/Scripts/) },
        ViewerProtocolPolicy: 'redirect-to-https',
        FunctionAssociations: [{ EventType: 'viewer-request' }],
        // The managed policy SimpleCORS: without it, browsers refuse a script with `integrity`.
        ResponseHeadersPolicyId: '60669652-455b-4ae9-85a4-c4c02393f86c',
      });
      expect(behavior).not.toHaveProperty('OriginRequestPolicyId');
      // GET and HEAD, the default.
      expect(behavior).not.toHaveProperty('AllowedMethods');
    }
    template.hasResourceProperties('AWS::CloudFront::CachePolicy', {
      CachePolicyConfig: Match.objectLike({
        MinTTL: 0,
        DefaultTTL: 0,
        ParametersInCacheKeyAndForwardedToOrigin: Match.objectLike({
          HeadersConfig: { HeaderBehavior: 'none' },
          CookiesConfig: { CookieBehavior: 'none' },
          QueryStringsConfig: { QueryStringBehavior: 'all' },
          EnableAcceptEncodingBrotli: true,
          EnableAcceptEncodingGzip: true,
        }),
      }),
    });
  });

  test('the distribution and every function behind the API know the same generated secret', () => {
    const reference = {
      'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: Match.stringLikeRegexp('EdgeSecret') }, Match.anyValue()]],
    };
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: Match.objectLike({
        Origins: [
          Match.objectLike({
            OriginCustomHeaders: [{ HeaderName: 'x-tributary-edge', HeaderValue: reference }],
            CustomOriginConfig: Match.objectLike({ OriginProtocolPolicy: 'https-only' }),
          }),
        ],
      }),
    });
    const functions = Object.values(
      template.findResources('AWS::Lambda::Function', { Properties: { Handler: 'index.http' } }),
    );
    expect(functions.length).toBeGreaterThan(5);
    for (const { Properties } of functions) expect(Properties.Environment.Variables.EDGE_SECRET).toBeDefined();
  });

  test('CORS names the websites and allows cookies', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: Match.objectLike({
        AllowCredentials: true,
        AllowOrigins: ['https://shop.example', 'https://www.shop.example'],
      }),
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({ WEBSITE_ORIGINS: 'https://shop.example,https://www.shop.example' }),
      },
    });
  });
});

test('without it there is no distribution and no secret, and CORS allows every origin without cookies', () => {
  plain.resourceCountIs('AWS::CloudFront::Distribution', 0);
  plain.resourceCountIs('AWS::SecretsManager::Secret', 0);
  plain.hasResourceProperties('AWS::ApiGatewayV2::Api', {
    CorsConfiguration: Match.objectLike({ AllowOrigins: ['*'], AllowCredentials: Match.absent() }),
  });
});

test.each([
  [{ websiteDomain: 'data.shop.example' }, 'websiteCertificateArn'],
  [
    { websiteDomain: 'data.shop.example', websiteCertificateArn: certificate.replace('us-east-1', 'eu-central-1') },
    'us-east-1',
  ],
  [{ websitePath: '/s' }, 'websitePath needs both'],
  [{ websiteDomain: 'data.shop.example', websiteCertificateArn: certificate, websitePath: 's/' }, 'websitePath'],
  [{ websiteOrigins: 'https://shop.example/' }, 'without a path'],
  [{ websiteOrigins: '*' }, 'without a path'],
])('the settings %j are refused', (context, text) => {
  expect(() => templateOf(context)).toThrow(text);
});

describe('the function of CloudFront', () => {
  const run = (path: string | undefined, uri: string) => {
    const event = {
      request: { uri, headers: { 'true-client-ip': { value: '203.0.113.9' } } },
      viewer: { ip: '192.0.2.7' },
    };
    return runInNewContext(`${viewerRequestCode(path)}; handler(event)`, { event });
  };

  test.each([
    ['/s', '/s/onsite.js', '/onsite.js'],
    ['/s', '/s/client/events', '/client/events'],
    ['/s', '/shop', '/shop'],
    ['/s', '/onsite.js', '/onsite.js'],
    [undefined, '/onsite.js', '/onsite.js'],
  ])('with the folder %s, %s becomes %s', (path, uri, expected) => {
    expect(run(path, uri).uri).toBe(expected);
  });

  test("passes on the visitor's address, not the one that the visitor claims", () => {
    expect(run('/s', '/s/client/events').headers['true-client-ip']).toEqual({ value: '192.0.2.7' });
  });

  test('is within the 10 KB of a function of CloudFront', () => {
    expect(Buffer.byteLength(viewerRequestCode('/a/b/c'))).toBeLessThan(10_240);
  });
});

describe('the address of a caller', () => {
  const ip = (headers: Record<string, string>, secret?: string) =>
    viewerIp(
      { headers, requestContext: { http: { sourceIp: '198.51.100.1' } } } as unknown as Parameters<typeof viewerIp>[0],
      secret,
    );

  test('is what the distribution says, if it proves itself', () => {
    expect(ip({ 'x-tributary-edge': 'secret', 'true-client-ip': '192.0.2.7' }, 'secret')).toBe('192.0.2.7');
  });

  test.each([
    [{ 'true-client-ip': '192.0.2.7' }, 'secret'],
    [{ 'x-tributary-edge': 'guess', 'true-client-ip': '192.0.2.7' }, 'secret'],
    [{ 'x-tributary-edge': '', 'true-client-ip': '192.0.2.7' }, undefined],
    [{ 'x-tributary-edge': 'secret' }, 'secret'],
  ])('is that of the connection with %j and the secret %s', (headers, secret) => {
    expect(ip(headers, secret)).toBe('198.51.100.1');
  });
});

test('only the function that locates visitors has the file of countries, and only with the setting', () => {
  const located = (from: Template) =>
    Object.values(from.findResources('AWS::Lambda::Function'))
      .filter(({ Properties }) => Properties.Environment.Variables.COUNTRY_DATABASE === '/var/task/countries.mmdb')
      .map(({ Properties }) => Properties.Description);
  expect(located(plain)).toEqual([]);
  expect(located(templateOf({ visitorCountry: 'true' }))).toContain('profiles: http');
});
