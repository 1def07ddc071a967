import { CfnOutput, Duration, Fn, Stack, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { EDGE_HEADER, VIEWER_HEADER } from '../../functions/platform/http/viewer.ts';

export interface WebsiteDistributionProps {
  /** The domain that visitors see, such as `data.shop.example`. */
  readonly domainName: string;
  /** In us-east-1, where CloudFront requires it. */
  readonly certificateArn: string;
  /** The folder in which visitors see everything, such as `/s`. @default the root */
  readonly path?: string | undefined;
  /** `https://….execute-api.….amazonaws.com` */
  readonly apiEndpoint: string;
  /** Proves to the functions that a request comes through this distribution. */
  readonly secret: Secret;
}

/** The paths whose responses are the same for every visitor and never set a cookie. */
export const cachedPaths = ['/onsite.js', '/onsite/*', '/files/*'];

/**
 * The scripts and the API under the domain of the shop. Cookies are then first-party for any browser, and requests
 * need no CORS. Only scripts are cached, for as long as their headers say.
 */
export class WebsiteDistribution extends Construct {
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, props: WebsiteDistributionProps) {
    super(scope, id);
    const { domainName, certificateArn, path, apiEndpoint, secret } = props;
    const origin = new HttpOrigin(Fn.select(2, Fn.split('/', apiEndpoint)), {
      customHeaders: { [EDGE_HEADER]: secret.secretValue.unsafeUnwrap() },
    });
    const viewerRequest = new EdgeFunction(this, 'ViewerRequest', {
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(viewerRequestCode(path)),
    });
    const common: BehaviorOptions = {
      origin,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      functionAssociations: [{ function: viewerRequest, eventType: FunctionEventType.VIEWER_REQUEST }],
    };
    const scripts = new CachePolicy(this, 'Scripts', {
      comment: 'As long as the headers of the response say',
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.days(365),
      queryStringBehavior: CacheQueryStringBehavior.all(),
      headerBehavior: CacheHeaderBehavior.none(),
      cookieBehavior: CacheCookieBehavior.none(),
      enableAcceptEncodingBrotli: true,
      enableAcceptEncodingGzip: true,
    });
    this.distribution = new Distribution(this, 'Distribution', {
      comment: `Tributary for the pages of ${domainName}`,
      domainNames: [domainName],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_ALL,
      defaultBehavior: {
        ...common,
        allowedMethods: AllowedMethods.ALLOW_ALL,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        // API Gateway finds the API by its own host name.
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      },
      // Behaviors match the path that the visitor sees. `Origin` is not in the key, so the API does not see it and allows no
      // origin: CloudFront does. Scripts with `integrity` need that, and they are the same for everybody.
      additionalBehaviors: Object.fromEntries(
        cachedPaths.map((one) => [
          `${path ?? ''}${one}`,
          { ...common, cachePolicy: scripts, responseHeadersPolicy: ResponseHeadersPolicy.CORS_ALLOW_ALL_ORIGINS },
        ]),
      ),
    });
    new CfnOutput(Stack.of(this), 'WebsiteTarget', {
      value: this.distribution.distributionDomainName,
      description: `The target of the CNAME or alias record of ${domainName}`,
    });
    new CfnOutput(Stack.of(this), 'WebsiteUrl', { value: `https://${domainName}${path ?? ''}` });
    this.acknowledge();
  }

  private acknowledge(): void {
    const reasons = {
      'AwsSolutions-CFR1': 'A shop decides for itself where it sells.',
      'AwsSolutions-CFR2': 'AWS WAF costs at least $5 a month. The functions limit accounts and networks.',
      'AwsSolutions-CFR3': 'Logs of visitors are personal data. API Gateway logs requests without addresses.',
    };
    for (const [id, reason] of Object.entries(reasons)) Validations.of(this.distribution).acknowledge({ id, reason });
  }
}

/**
 * Removes the folder that visitors see, and passes on the visitor's address, which the origin cannot know. It replaces
 * what the visitor sent under this name.
 */
export const viewerRequestCode = (path = ''): string => `function handler(event) {
  var request = event.request;
  var folder = ${JSON.stringify(path)};
  if (folder && request.uri.indexOf(folder + '/') === 0) request.uri = request.uri.slice(folder.length);
  request.headers[${JSON.stringify(VIEWER_HEADER)}] = { value: event.viewer.ip };
  return request;
}`;
