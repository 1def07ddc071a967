import { domains } from '../functions/services.ts';
import { makeApp } from '../lib/app.ts';

makeApp(domains);
