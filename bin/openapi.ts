import { domains } from '../functions/services.ts';
import { openapi } from '../lib/openapi/openapi.ts';

process.stdout.write(`${JSON.stringify(openapi(domains), null, 1)}\n`);
