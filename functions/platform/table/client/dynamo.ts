import type { Documents } from './document-client.ts';
import { dynamoEndpoint } from './endpoint.ts';
import { type Credentials, type Environment, environmentCredentials } from './signing/credentials.ts';
import type { TransportFactory } from './transport/transport.ts';
import { openWire, type Send, type Wire } from './wire.ts';

/** Sends requests to DynamoDB. */
export interface Dynamo {
  readonly send: Send;
}

export type Connection = Partial<Wire>;

/** Wraps each request, and can add members to it. Tests count requests with it. */
export type Interceptor = <Answer extends { readonly output: object }>(
  request: { readonly command: string; readonly input: object },
  next: (more?: object) => Promise<Answer>,
) => Promise<Answer>;

interface Options {
  readonly interceptor?: Interceptor | undefined;
  /** The HTTP transport for requests without the SDK. @default Node's own client */
  readonly transport?: TransportFactory | undefined;
}

/**
 * Sends requests without the SDK if the environment has a region and credentials, as in a function. AWS
 * profiles and single sign-on need the SDK's client for all operations.
 */
export const openDynamo = (connection: Connection = {}, { interceptor, transport }: Options = {}): Dynamo => {
  let opened: Promise<Documents> | undefined;
  const documents = (): Promise<Documents> => {
    opened ??= import('./document-client.ts').then(({ openDocuments }) => openDocuments(connection, interceptor));
    return opened;
  };
  const wire = wireSettings(connection);
  const sendByWire = wire && openWire(wire, transport);
  if (sendByWire && !interceptor) return { send: sendByWire };
  const send: Send = async (operation, input, throttling) => {
    if (!sendByWire || !interceptor) return (await documents())[operation](input);
    const { output } = await interceptor({ command: `${operation}Command`, input }, async (more) => ({
      output: await sendByWire(operation, more ? { ...input, ...more } : input, throttling),
    }));
    return output;
  };
  return { send };
};

const wireSettings = ({ credentials = defaultCredentials(), ...connection }: Connection): Wire | undefined => {
  // biome-ignore lint/style/noProcessEnv: where Lambda, and the SDK's own clients, look
  const { AWS_REGION, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_DYNAMODB } = process.env;
  const region = connection.region ?? AWS_REGION;
  if (!credentials || !region) return undefined;
  const endpoint = connection.endpoint ?? AWS_ENDPOINT_URL_DYNAMODB ?? AWS_ENDPOINT_URL ?? dynamoEndpoint(region);
  return { ...connection, region, credentials, endpoint };
};

const defaultCredentials = (): Wire['credentials'] | undefined => {
  const { env } = process;
  if (env.AWS_PROFILE) return undefined;
  return (
    environmentCredentials(env) ?? (env.AWS_CONTAINER_CREDENTIALS_FULL_URI ? containerCredentials(env) : undefined)
  );
};

/** Loads the module on first use. */
const containerCredentials = (env: Environment): (() => Promise<Credentials>) => {
  let opened: Promise<() => Promise<Credentials>> | undefined;
  return async () => {
    opened ??= import('./signing/container-credentials.ts').then(({ openContainerCredentials }) =>
      openContainerCredentials(env),
    );
    return (await opened)();
  };
};
