import { allServices } from '../functions/services.ts';
import { makeApp } from '../lib/stacks/app.ts';

makeApp(allServices);
