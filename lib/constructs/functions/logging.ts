import { ApplicationLogLevel, type FunctionProps, LoggingFormat, SystemLogLevel } from 'aws-cdk-lib/aws-lambda';
import type { Settings } from '../../settings/settings.ts';

/**
 * At its default level Lambda logs START, END and REPORT for each invocation, more than all other lines of a request.
 * At WARN it only logs failures, crashes and timeouts. `logLevel=debug` logs everything.
 */
export const logging = ({ logLevel }: Pick<Settings, 'logLevel'>) =>
  ({
    loggingFormat: LoggingFormat.JSON,
    systemLogLevelV2: logLevel === 'debug' ? SystemLogLevel.DEBUG : SystemLogLevel.WARN,
    applicationLogLevelV2: levels[logLevel],
  }) satisfies Partial<FunctionProps>;

const levels = {
  debug: ApplicationLogLevel.DEBUG,
  info: ApplicationLogLevel.INFO,
  warn: ApplicationLogLevel.WARN,
  error: ApplicationLogLevel.ERROR,
} as const;
