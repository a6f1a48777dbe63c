import { InputError } from '../base/problem.ts';
import type { Handler } from './call.ts';

type JobRequest = 'jobs' | 'job' | 'jobLog' | 'cancelJob' | 'resumeJob' | 'retryJob' | 'removeJob';

const soon = () => {
  throw new InputError('jobs are being built');
};

/** What answers the requests about jobs. */
export const jobHandlers: { [Name in JobRequest]: Handler<Name> } = {
  jobs: soon,
  job: soon,
  jobLog: soon,
  cancelJob: soon,
  resumeJob: soon,
  retryJob: soon,
  removeJob: soon,
};
