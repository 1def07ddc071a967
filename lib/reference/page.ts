import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface File {
  readonly type: string;
  readonly content: string | Buffer;
}

/** Where the page reads the description of the API: from an address, or from within. */
export type Source = { readonly url: string } | { readonly spec: object };

/** Nothing from elsewhere, no inline script or style, no frame. Icons in the style sheet are data. */
const policyWith = (api: string | undefined): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self'${api === undefined ? '' : ` ${api}`}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

/** For pages that come from a server; in a file there is no way to refuse frames. */
export const policy = `${policyWith(undefined)}; frame-ancestors 'none'`;

/** The page and all that it loads, by name. */
export const referenceFiles = (source: Source, api?: string): Readonly<Record<string, File>> => ({
  'index.html': { type: 'text/html; charset=utf-8', content: page(policyWith(api)) },
  'start.js': { type: JAVASCRIPT, content: start(source) },
  'swagger-ui.css': {
    type: 'text/css; charset=utf-8',
    content: contentAt(import.meta.resolve('swagger-ui-dist/swagger-ui.css')),
  },
  'swagger-ui-bundle.js': {
    type: JAVASCRIPT,
    content: contentAt(import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js')),
  },
});

const JAVASCRIPT = 'text/javascript; charset=utf-8';

const contentAt = (url: string): Buffer => readFileSync(fileURLToPath(url));

const page = (contentSecurityPolicy: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tributary API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="swagger-ui.css">
</head>
<body>
<main id="reference"></main>
<script src="swagger-ui-bundle.js"></script>
<script src="start.js"></script>
</body>
</html>
`;

/** Asks no validator elsewhere, and takes no settings from the address of the page. */
const start = (source: Source): string => {
  const settings = {
    ...source,
    dom_id: '#reference',
    deepLinking: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    filter: true,
    tagsSorter: 'alpha',
    validatorUrl: null,
    queryConfigEnabled: false,
  };
  // What is JSON is JavaScript too, since 2019.
  return `SwaggerUIBundle(${JSON.stringify(settings)});\n`;
};
