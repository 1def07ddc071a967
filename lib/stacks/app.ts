import { Annotations, App, type AppProps, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { ServiceDeclaration } from '../../functions/platform/service/service.ts';
import { fitConcurrency, workerCount } from '../settings/concurrency.ts';
import { readSettings } from '../settings/settings.ts';
import { AppStack } from './app-stack.ts';
import { DataStack } from './data-stack.ts';
import { SftpStack } from './sftp-stack.ts';

/** Makes the app with all stacks, for AWS, the local cloud and template tests. */
export const makeApp = (services: readonly ServiceDeclaration[], props?: AppProps) => {
  const app = new App(props);
  const configured = readSettings(app.node);
  const { importsConcurrency, notes } = fitConcurrency(configured, workerCount(services));
  const settings = { ...configured, importsConcurrency };
  const data = new DataStack(app, `${settings.name}-Data`, { settings, services });
  const service = new AppStack(app, `${settings.name}-App`, { settings, services, data });
  const sftp = settings.sftp
    ? new SftpStack(app, `${settings.name}-Sftp`, { settings, imports: data.imports })
    : undefined;
  for (const note of notes) Annotations.of(service).addWarningV2('tributary:concurrency', note);
  // AWS shows costs by these tags once they are activated as cost allocation tags.
  Tags.of(app).add('application', 'Tributary');
  Tags.of(app).add('deployment', settings.name);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return { app, data, service, sftp };
};
