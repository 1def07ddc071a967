import { ApiGatewayV2Client, GetApisCommand, UpdateApiCommand } from '@aws-sdk/client-apigatewayv2';
import { corsFor } from '../../../functions/platform/http/cors.ts';
import { clientConfig } from '../../process/environment.ts';

/** Sets the CORS of each API through the management API: MiniStack's gateway ignores what its CloudFormation sets. */
export const setCors = async (endpoint: string, websiteOrigins?: string): Promise<void> => {
  const cors = corsFor(websiteOrigins?.split(','));
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
          AllowCredentials: cors.allowCredentials,
        },
      }),
    );
  }
};
