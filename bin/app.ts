import { domains } from '../functions/domains.ts';
import { makeApp } from '../lib/app.ts';

makeApp(domains);
