import { childEnvironment, repository } from '../../process/environment.ts';
import { run } from '../../process/run.ts';

const program = `
import { domains } from './functions/services.ts';
import { prefixesOf } from './functions/platform/service/service.ts';
import { cors } from './functions/platform/http/cors.ts';
import { definition } from './functions/platform/table/definition.ts';
const outlines = domains.map(({ routes, ...domain }) => ({ ...domain, prefixes: prefixesOf({ routes, ...domain }) }));
console.log(JSON.stringify({ domains: outlines, definition, cors }));
`;

/** All that the stacks are made of in functions/, read anew by a process of its own: modules are loaded once in each. */
export const outlineOfFunctions = (): Promise<string> =>
  run({
    command: process.execPath,
    args: ['--input-type=module', '--eval', program],
    env: childEnvironment({ NODE_NO_WARNINGS: '1' }),
    cwd: repository,
  });
