import type { Documents } from './documents.ts';
import { dynamoEndpoint } from './endpoint.ts';
import { type Credentials, type Environment, keysIn } from './signing/credentials.ts';
import type { OpenPost } from './transport/transport.ts';
import { openWire, type Send, type Wire } from './wire.ts';

/** Every request to DynamoDB goes by one of these. */
export interface Dynamo {
  readonly send: Send;
  readonly documents: () => Promise<Documents>;
}

export type Connection = Partial<Wire>;

/** Stands around each request, which can be given more members; for those who count them. */
export type Through = <Answer extends { readonly output: object }>(
  request: { readonly command: string; readonly input: object },
  next: (more?: object) => Promise<Answer>,
) => Promise<Answer>;

interface Ways {
  readonly through?: Through | undefined;
  /** How what goes by wire is sent. @default by Node's own client */
  readonly open?: OpenPost | undefined;
}

/**
 * What every event needs goes by wire where region and credentials are in the environment, as in a function. A profile
 * or single sign-on, as people have them, needs the SDK's client for all.
 */
export const openDynamo = (connection: Connection = {}, { through, open }: Ways = {}): Dynamo => {
  let opened: Promise<Documents> | undefined;
  const documents = (): Promise<Documents> => {
    opened ??= import('./documents.ts').then(({ openDocuments }) => openDocuments(connection, through));
    return opened;
  };
  const wire = wireOf(connection);
  const sent = wire && openWire(wire, open);
  if (sent && !through) return { send: sent, documents };
  const send: Send = async (operation, input, throttling) => {
    if (!sent || !through) return (await documents()).wired[operation](input);
    const { output } = await through({ command: `${operation}Command`, input }, async (more) => ({
      output: await sent(operation, more ? { ...input, ...more } : input, throttling),
    }));
    return output;
  };
  return { send, documents };
};

const wireOf = ({ credentials = inEnvironment(), ...connection }: Connection): Wire | undefined => {
  // biome-ignore lint/style/noProcessEnv: where Lambda, and the SDK's own clients, look
  const { AWS_REGION, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_DYNAMODB } = process.env;
  const region = connection.region ?? AWS_REGION;
  if (!credentials || !region) return undefined;
  const endpoint = connection.endpoint ?? AWS_ENDPOINT_URL_DYNAMODB ?? AWS_ENDPOINT_URL ?? dynamoEndpoint(region);
  return { ...connection, region, credentials, endpoint };
};

const inEnvironment = (): Wire['credentials'] | undefined => {
  const { env } = process;
  if (env.AWS_PROFILE) return undefined;
  return keysIn(env) ?? (env.AWS_CONTAINER_CREDENTIALS_FULL_URI ? askedForKeys(env) : undefined);
};

/** What asks for them is loaded where they are needed. */
const askedForKeys = (env: Environment): (() => Promise<Credentials>) => {
  let opened: Promise<() => Promise<Credentials>> | undefined;
  return async () => {
    opened ??= import('./signing/keys.ts').then(({ openKeys }) => openKeys(env));
    return (await opened)();
  };
};
