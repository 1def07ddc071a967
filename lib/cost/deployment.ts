import { Template } from 'aws-cdk-lib/assertions';
import { allServices } from '../../functions/services.ts';
import { makeApp } from '../stacks/app.ts';
import { type Standing, standingIn } from './standing.ts';

/**
 * The fixed resources of a deployment with these settings. Synthesizes it without bundling, which takes some seconds.
 */
export const synthesizedStanding = (context: Readonly<Record<string, string>> = {}): Standing => {
  const stacks = makeApp(allServices, { context: { 'aws:cdk:bundling-stacks': [], ...context } });
  const templates = [stacks.data, stacks.service, stacks.service.monitoring, ...(stacks.sftp ? [stacks.sftp] : [])];
  return standingIn(templates.map((stack) => Template.fromStack(stack).toJSON()));
};
