import { startEngineHere } from '../../dynamodb/here.ts';
import { startedEndpoint } from '../servers/aws-endpoint.ts';

// A setup file: the table of these tests is in the process of their worker.
await startEngineHere(startedEndpoint());
