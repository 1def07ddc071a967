import { ApiGatewayV2Client, GetApisCommand, UpdateApiCommand } from '@aws-sdk/client-apigatewayv2';
import { cors } from '../../../functions/platform/http/cors.ts';
import { clientConfig } from '../../process/environment.ts';

/** The local cloud's CloudFormation keeps an API's CORS where its gateway doesn't find it; its API doesn't. */
export const setCors = async (endpoint: string): Promise<void> => {
  const client = new ApiGatewayV2Client(clientConfig(endpoint));
  const { Items = [] } = await client.send(new GetApisCommand({}));
  for (const { ApiId } of Items) {
    await client.send(
      new UpdateApiCommand({
        ApiId,
        CorsConfiguration: {
          AllowOrigins: [...cors.allowOrigins],
          AllowHeaders: [...cors.allowHeaders],
          AllowMethods: [...cors.allowMethods],
          ExposeHeaders: [...cors.exposeHeaders],
          MaxAge: cors.maxAgeSeconds,
        },
      }),
    );
  }
};
