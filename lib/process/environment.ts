import { delimiter, dirname, join } from 'node:path';

export const repository = join(import.meta.dirname, '../..');
/** What commands leave behind. Git ignores it. */
export const localFolder = join(repository, '.local');
export const region = 'us-east-1';

/** The variables that a child process inherits: an AWS profile of the caller must not reach it. */
const inheritedNames = [
  'HOME',
  'TMPDIR',
  'LANG',
  'NO_COLOR',
  'CI',
  'HTTPS_PROXY',
  'PIP_INDEX_URL',
  'PIP_CONFIG_FILE',
  // Set by the tests, which start hundreds of commands.
  'NODE_COMPILE_CACHE',
] as const;

/** The environment of a child process. The Node that runs this process comes first on its PATH. */
export const childEnvironment = (variables: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => {
  // biome-ignore lint/style/noProcessEnv: the one place in lib/ that reads it
  const env = process.env;
  const inherited = inheritedNames.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return {
    PATH: [dirname(process.execPath), env.PATH ?? ''].join(delimiter),
    ...Object.fromEntries(inherited),
    ...variables,
  };
};

/** Configures an AWS client for the local cloud, which requires a signature and does not check it. */
export const clientConfig = (endpoint: string) => ({
  endpoint,
  region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** The same as environment variables, for the CDK CLI and for clients without a configuration. */
export const sdkEnvironment = (endpoint: string) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_ENDPOINT_URL_S3: endpoint,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_EC2_METADATA_DISABLED: 'true',
  // `npm run check` validates the templates. Here it would take two thirds of the synthesis.
  CDK_VALIDATION: 'false',
});
