import { allServices } from '../functions/services.ts';
import { openapi } from '../lib/openapi/openapi.ts';

process.stdout.write(`${JSON.stringify(openapi(allServices), null, 1)}\n`);
