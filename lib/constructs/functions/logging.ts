import { ApplicationLogLevel, type FunctionProps, LoggingFormat, SystemLogLevel } from 'aws-cdk-lib/aws-lambda';
import type { Settings } from '../../settings/settings.ts';

/**
 * Lines of Lambda's own say START, END and REPORT of each invocation, which is more than all else that is logged of a
 * request. From WARN on they tell of what failed, crashed or ran out of time alone; `logLevel=debug` brings all back.
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
