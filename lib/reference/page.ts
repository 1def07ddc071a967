import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface File {
  readonly type: string;
  readonly content: string | Buffer;
}

/** The OpenAPI document of the page: a URL, or the document itself. */
export type Source = { readonly url: string } | { readonly spec: object };

/** Allows no other origin, and no inline script or style. Icons in the style sheet are data URLs. */
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

/** The policy of a served page, which also refuses frames. A file cannot refuse them. */
export const policy = `${policyWith(undefined)}; frame-ancestors 'none'`;

/** The page and the files that it loads, by name. */
export const referenceFiles = (source: Source, api?: string): Readonly<Record<string, File>> => ({
  'index.html': { type: 'text/html; charset=utf-8', content: page(policyWith(api)) },
  'start.js': { type: JAVASCRIPT, content: start(source) },
  'swagger-ui.css': {
    type: 'text/css; charset=utf-8',
    content: readModuleFile(import.meta.resolve('swagger-ui-dist/swagger-ui.css')),
  },
  'swagger-ui-bundle.js': {
    type: JAVASCRIPT,
    content: readModuleFile(import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js')),
  },
});

const JAVASCRIPT = 'text/javascript; charset=utf-8';

const readModuleFile = (url: string): Buffer => readFileSync(fileURLToPath(url));

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

/** Starts Swagger UI without its online validator, and without settings from the page's URL. */
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
  // JSON is a subset of JavaScript since ES2019.
  return `SwaggerUIBundle(${JSON.stringify(settings)});\n`;
};
