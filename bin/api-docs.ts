import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { allServices } from '../functions/services.ts';
import { openapi } from '../lib/openapi/openapi.ts';
import { writeReference } from '../lib/reference/write.ts';

const toUrl = (text: string): string => {
  if (URL.canParse(text) && /^https?:/.test(text)) return text.replace(/\/$/, '');
  throw new InvalidArgumentError('Write a URL such as https://api.shop.example.');
};

const { out, server } = new Command('npm run api-docs --')
  .description('Writes the API reference as a web page to a folder.')
  .option('--out <folder>', 'the folder', 'api-docs')
  .option('--server <url>', 'the server that "Try it out" sends requests to', toUrl)
  .parse()
  .opts<{ out: string; server?: string }>();

writeReference(openapi(allServices), { out, ...(server !== undefined && { server }) });
console.log(`Wrote ${join(out, 'index.html')}.`);
