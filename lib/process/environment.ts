import { delimiter, dirname, join } from 'node:path';

export const repository = join(import.meta.dirname, '../..');
/** Everything that a run leaves behind; not in git. */
export const localFolder = join(repository, '.local');
export const region = 'us-east-1';

/** What a child process gets from our environment: no AWS profile of the caller's. */
const passedOn = [
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
export const childEnvironment = (more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => {
  // biome-ignore lint/style/noProcessEnv: the one place in lib/ that reads it
  const env = process.env;
  const passed = passedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return {
    PATH: [dirname(process.execPath), env.PATH ?? ''].join(delimiter),
    ...Object.fromEntries(passed),
    ...more,
  };
};

/** Any credentials do: the local cloud asks for a signature, and doesn't check it. */
export const clientConfig = (endpoint: string) => ({
  endpoint,
  region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** The same, for the CDK CLI and for an SDK that is given nothing. */
export const sdkEnvironment = (endpoint: string) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_ENDPOINT_URL_S3: endpoint,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_EC2_METADATA_DISABLED: 'true',
  // Templates are judged by `npm run check`; here that would be two thirds of a synthesis.
  CDK_VALIDATION: 'false',
});
