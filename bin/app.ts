import { DISABLE_CREATION_STACK_TRACES } from 'aws-cdk-lib/cx-api';
import { allServices } from '../functions/services.ts';
import { makeApp } from '../lib/stacks/app.ts';

// The CDK CLI reads all metadata again for each event of a deployment: with stack traces that takes most of its time.
makeApp(allServices, { context: { [DISABLE_CREATION_STACK_TRACES]: true } });
