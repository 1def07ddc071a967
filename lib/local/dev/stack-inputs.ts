import { childEnvironment, repository } from '../../process/environment.ts';
import { run } from '../../process/run.ts';

const program = `
import { allServices } from './functions/services.ts';
import { prefixesOf } from './functions/platform/service/service.ts';
import { cors } from './functions/platform/http/cors.ts';
import { definition } from './functions/platform/table/definition.ts';
const summaries = allServices.map(({ routes, ...service }) => ({
  ...service,
  prefixes: prefixesOf({ routes, ...service }),
}));
console.log(JSON.stringify({ services: summaries, definition, cors }));
`;

/** Reads what the stacks take from functions/, as JSON, in a new process: a process loads each module only once. */
export const readStackInputs = (): Promise<string> =>
  run({
    command: process.execPath,
    args: ['--input-type=module', '--eval', program],
    env: childEnvironment({ NODE_NO_WARNINGS: '1' }),
    cwd: repository,
  });
