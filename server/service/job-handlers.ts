import { InputError } from '../base/problem.ts';
import { resumeWithEvaluation, retryWithEvaluation } from '../engine/evaluation/go-on.ts';
import { cancelJob, removeJob } from '../jobs/control.ts';
import { logOf } from '../jobs/detail.ts';
import { benchOf, type Call, type Handler } from './call.ts';
import type { WorkspaceJobs } from './workspace-jobs.ts';

type JobRequest = 'jobs' | 'job' | 'jobLog' | 'cancelJob' | 'resumeJob' | 'retryJob' | 'removeJob';

/** What answers the requests about jobs. */
export const jobHandlers: { [Name in JobRequest]: Handler<Name> } = {
  jobs: (_, { workspace }) => workspace.jobs?.jobs.list() ?? { jobs: [], problems: [] },
  job: ({ id, from, most }, call) => {
    const { jobs, details } = jobsOf(call);
    return details.of(jobs.find(id), from, most);
  },
  jobLog: ({ id, from, most }, call) => {
    const { jobs } = jobsOf(call);
    return logOf(jobs, jobs.find(id), from, most);
  },
  cancelJob: ({ id, firm }, call) => {
    const { jobs } = trustedJobsOf(call);
    return cancelJob(jobs, jobs.find(id), firm);
  },
  resumeJob: async ({ id }, call) => {
    const { jobs } = trustedJobsOf(call);
    return (await resumeWithEvaluation(jobs, jobs.find(id))).row;
  },
  retryJob: async ({ id }, call) => {
    const { jobs } = trustedJobsOf(call);
    return (await retryWithEvaluation(jobs, jobs.find(id))).row;
  },
  removeJob: async ({ id }, call) => {
    const { jobs } = trustedJobsOf(call);
    await removeJob(jobs, jobs.find(id));
    return {};
  },
};

function jobsOf(call: Call): WorkspaceJobs {
  benchOf(call);
  return call.workspace.jobs!;
}

/** Jobs to start, signal or delete: nothing of that is done in a folder that a person doesn't trust. */
export function trustedJobsOf(call: Call): WorkspaceJobs {
  const jobs = jobsOf(call);
  if (!call.workspace.trusted)
    throw new InputError('this folder is not trusted: trust it to start, stop or remove jobs');
  return jobs;
}
